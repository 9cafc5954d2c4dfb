import { EventEmitter, once } from "node:events";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createBackPressure } from "../../../../local/amqp/backPressure.ts";
import { limits } from "../../../../local/amqp/limits.ts";

const MANY = limits.unreadBytes + 1;

/** A socket that holds as many bytes as it is told. */
class FakeSocket extends EventEmitter {
  writableLength = 0;
  paused = false;
  pause() {
    this.paused = true;
    return this as never;
  }
  resume() {
    this.paused = false;
    return this as never;
  }
}

function aPeer() {
  const socket = new FakeSocket();
  const relief = new EventEmitter();
  let relieved = 0;
  const pressure = createBackPressure(socket as never, () => {
    relieved += 1;
    relief.emit("relieved");
  });
  return { socket, pressure, relief, relieved: () => relieved };
}

describe("back pressure", () => {
  it("counts what is given away before rhea has written it", async () => {
    const { pressure, relief, relieved } = aPeer();
    pressure.add(MANY);
    expect(pressure.isFull()).toBe(true);

    await once(relief, "relieved");

    expect(pressure.isFull()).toBe(false);
    expect(relieved()).toBe(1);
  });

  it("waits until the peer has read", async () => {
    const { socket, pressure, relieved } = aPeer();
    pressure.add(MANY);
    expect(pressure.isFull()).toBe(true);
    socket.writableLength = MANY;
    await nextTurn();
    expect([pressure.isFull(), relieved()]).toEqual([true, 0]);

    socket.writableLength = 0;
    socket.emit("drain");

    expect([pressure.isFull(), relieved()]).toEqual([false, 1]);
  });

  it("reads nothing more from a peer that does not read", () => {
    const { socket } = aPeer();
    socket.writableLength = MANY;

    socket.emit("data");
    const paused = [socket.paused];
    socket.writableLength = 0;
    socket.emit("drain");

    expect([...paused, socket.paused]).toEqual([true, false]);
  });
});
