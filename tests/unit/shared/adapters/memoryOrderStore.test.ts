import { createMemoryOrderStore } from "../../../support/memoryOrderStore.ts";
import { describeOrderStore } from "../../../support/orderStoreContract.ts";

const store = createMemoryOrderStore();
let orders = 0;

describeOrderStore(
  () => store,
  () => `salesorder:${++orders}`,
);
