// The wire on Node.

import { createUndiciWire } from '../../../src/adapters/origin/undici-wire.ts';
import { describeWire } from '../../contract/wire-contract.ts';

describeWire('the undici wire', {
  create(timers, deadlineMs) {
    const wire = createUndiciWire({
      connectMs: deadlineMs,
      answerMs: deadlineMs,
      uploadMs: deadlineMs,
      stallMs: deadlineMs,
      connections: 8,
      cas: {},
      timers,
    });
    return { wire, close: () => wire.close() };
  },
  exceptions: {},
});
