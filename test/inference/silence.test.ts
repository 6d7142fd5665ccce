import { createSilenceAlarm } from '../../src/inference/silence.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('inference/silence');
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const block = (ms: number) => {
  const end = performance.now() + ms;
  while (performance.now() < end);
};

test.slow('rings once when nothing was heard for the limit, and not after it was stopped', async () => {
  const rung: number[] = [];
  const alarm = createSilenceAlarm((silentMs) => rung.push(silentMs));
  alarm.start(20);
  await pause(400);
  assert.is(rung.length, 1);
  assert.ok((rung[0] ?? 0) >= 20);
  alarm.start(20);
  alarm.stop();
  alarm.heard();
  await pause(400);
  assert.is(rung.length, 1);
});

test.slow('what arrived while this process was busy counts', async () => {
  const rung: number[] = [];
  const alarm = createSilenceAlarm((silentMs) => rung.push(silentMs));
  alarm.start(30);
  setTimeout(() => alarm.heard(), 40); // due in the middle of the work, and read after it
  block(120);
  await pause(60);
  alarm.stop();
  assert.equal(rung, []);
});

test.run();
