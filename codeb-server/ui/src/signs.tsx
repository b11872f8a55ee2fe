import type { JSX } from 'preact';

/** Small signs, drawn here: emoji look different everywhere, and are missing on some systems. A text is always beside. */
const SIGNS = {
  good: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1m3.6 5.2L7.3 11 4.4 8.3l1-1.1 1.8 1.6 3.3-3.7z',
  bad: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1m3 8.9-1.1 1.1L8 9.1 6.1 11 5 9.9 6.9 8 5 6.1 6.1 5 8 6.9 9.9 5 11 6.1 9.1 8z',
  warn: 'M8 1.2 15.3 14.5H.7zM7.2 6v4.2h1.6V6zm0 5.2v1.6h1.6v-1.6z',
  busy: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1m0 1.6a5.4 5.4 0 1 1 0 10.8A5.4 5.4 0 0 1 8 2.6m-.8 1.6v4.2l3 1.8.8-1.3-2.3-1.4V4.2z',
  info: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1m-.8 3h1.6v1.6H7.2zm0 2.8h1.6V12H7.2z',
  projects:
    'M8 1.5c-3.3 0-6 1.1-6 2.5s2.7 2.5 6 2.5S14 5.4 14 4s-2.7-2.5-6-2.5M2 6.2v2.3C2 9.9 4.7 11 8 11s6-1.1 6-2.5V6.2C12.7 7.4 10.5 8 8 8s-4.7-.6-6-1.8m0 4.5V12c0 1.4 2.7 2.5 6 2.5s6-1.1 6-2.5v-1.3c-1.3 1.2-3.5 1.8-6 1.8s-4.7-.6-6-1.8',
  operations: 'M3 2.5v11l9.5-5.5z',
  releases:
    'M8 1 14 4.2v7.6L8 15l-6-3.2V4.2zm0 1.7L4.4 4.6 8 6.5l3.6-1.9zM3.5 5.9v5l3.8 2V7.9zm9 0-3.8 2v5l3.8-2z',
  alerts: 'M8 1.5a4.5 4.5 0 0 0-4.5 4.5v3L2 11.5h12L12.5 9V6A4.5 4.5 0 0 0 8 1.5M6.2 12.7a1.8 1.8 0 0 0 3.6 0z',
  audit: 'M3 1.5h7l3 3v10H3zm2.2 5.2v1.4h5.6V6.7zm0 2.6v1.4h5.6V9.3zm0-5.2v1.4h3V4.1z',
  api: 'M5.5 3.5 1 8l4.5 4.5 1.1-1.1L3.2 8l3.4-3.4zm5 0L9.4 4.6 12.8 8l-3.4 3.4 1.1 1.1L15 8z',
} as const;

export type SignName = keyof typeof SIGNS;

export function Sign({ of }: { of: SignName }): JSX.Element {
  return (
    <svg class="sign" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path fill-rule="evenodd" d={SIGNS[of]} />
    </svg>
  );
}
