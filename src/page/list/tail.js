// The live tail: calls as they end, from the gateway's event stream, in the pace of the screen. While
// it is paused they are counted and held back.
import { MAX_ROWS } from './trace-table.js';

/** @import { TraceSummary } from '../../ports/trace-store.ts' */

/** @typedef {'connecting' | 'live' | 'paused' | 'refused'} TailState */

/**
 * @param {{
 *   query: string,
 *   onTraces: (oldestFirst: readonly TraceSummary[]) => void,
 *   onState: (state: TailState, heldBack: number) => void,
 *   onGap: () => void,
 * }} options `onGap`: calls may have been missed, so the list should be asked for again
 */
export function openTail({ query, onTraces, onState, onGap }) {
  const events = new EventSource(`/api/traces/tail?${query}`);
  /** @type {TraceSummary[]} */
  let waiting = [];
  let held = 0;
  let frame = 0;
  let paused = false;
  let interrupted = false;
  /** @type {TailState} */
  let stream = 'connecting';

  events.addEventListener('open', () => {
    change('live');
    if (interrupted) onGap();
    interrupted = false;
  });
  events.addEventListener('error', () => {
    // The browser tries again by itself unless the gateway said no.
    interrupted = true;
    change(events.readyState === EventSource.CLOSED ? 'refused' : 'connecting');
  });
  events.addEventListener('lost', () => onGap());
  events.addEventListener('trace', (event) => {
    waiting.push(JSON.parse(event.data));
    // The oldest of too many would be pushed out of the table anyway.
    if (waiting.length > MAX_ROWS) waiting.shift();
    if (paused) {
      held += 1;
      tell();
    } else if (frame === 0) {
      frame = requestAnimationFrame(hand);
    }
  });
  tell();

  return {
    isPaused: () => paused,

    pause() {
      paused = true;
      tell();
    },

    resume() {
      paused = false;
      held = 0;
      hand();
      tell();
    },

    close() {
      cancelAnimationFrame(frame);
      events.close();
    },
  };

  function hand() {
    frame = 0;
    if (paused) return;
    const traces = waiting;
    waiting = [];
    if (traces.length > 0) onTraces(traces);
  }

  /** @param {TailState} state */
  function change(state) {
    stream = state;
    tell();
  }

  function tell() {
    onState(paused && stream === 'live' ? 'paused' : stream, held);
  }
}
