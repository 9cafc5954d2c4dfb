/** The one environment that this process stands in for, and the people who save in it. */
export type Organization = {
  readonly id: string;
  /** The unique name, `unq` and digits of the id; not the friendly one. */
  readonly name: string;
  readonly host: string;
  readonly baseCurrencyId: string;
  readonly businessUnitId: string;
  readonly userId: string;
  readonly userEntraId: string;
};

export function organizationOf(id: string): Organization {
  return {
    id,
    name: `unq${id.replaceAll("-", "")}`.slice(0, 32),
    host: "contoso.crm4.dynamics.com",
    baseCurrencyId: "2cf1b0c7-6d2b-ee11-bdf4-000d3a2b1c01",
    businessUnitId: "0a5f1c1e-6d2b-ee11-bdf4-000d3a2b1c01",
    userId: "1b6f1c1e-6d2b-ee11-bdf4-000d3a2b1c01",
    userEntraId: "7d1c2f7a-1b8e-4f65-9d60-3c1f0f2b9e11",
  };
}
