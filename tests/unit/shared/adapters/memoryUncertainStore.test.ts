import { createMemoryUncertainStore } from "../../../support/memoryUncertainStore.ts";
import { describeUncertainStore } from "../../../support/uncertainStoreContract.ts";

describeUncertainStore(createMemoryUncertainStore);
