// The texts have one place, which the server reads, too.
import korean from '../../../src/main/resources/io/codeb/server/internal/http/titles_ko.properties?raw';

/** What each code of an error means, in Korean: the very texts that the server tells in its problems. */
export const KOREAN_TITLES: ReadonlyMap<string, string> = new Map(
  [...korean.matchAll(/^([A-Z_]+)=(.+)$/gm)].map(([, code, title]) => [code!, title!] as const),
);
