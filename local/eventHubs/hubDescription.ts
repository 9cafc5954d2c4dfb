/** What an event hub is: fixed while the emulator runs. */
export type HubDescription = {
  readonly name: string;
  readonly partitionCount: number;
  /** `$Default` is always among them. */
  readonly consumerGroups: readonly string[];
};
