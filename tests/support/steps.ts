/** Ids of the steps on an order's state, as the stand-in registers them (local/standIns/dataverse/pipeline/defaultSteps.ts). */
export const steps = {
  creditCheck: "c3a0f6d4-7c83-ef11-ac20-000d3a2b1c01",
  webhook: "9d1e7b60-7c83-ef11-ac20-000d3a2b1c01",
  endpoint: "9e1e7b60-7c83-ef11-ac20-000d3a2b1c01",
} as const;
