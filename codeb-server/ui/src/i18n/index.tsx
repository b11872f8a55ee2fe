import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import * as format from '../format';
import { en, type Texts } from './en';
import { ko } from './ko';
import { KOREAN_TITLES } from './titles';

export type { Texts } from './en';
export type Language = format.Language;
export const TABLES: Record<Language, Texts> = { en, ko };
export const LANGUAGES = Object.keys(TABLES) as Language[];

/** Texts in the chosen language, and numbers and times as it writes them. */
export interface Words {
  readonly language: Language;
  readonly t: Texts;
  readonly bytes: (value: number) => string;
  readonly number: (value: number) => string;
  readonly percent: (part: number) => string;
  readonly duration: (millis: number) => string;
  readonly dateTime: (at: string) => string;
  readonly ago: (at: string) => string;
  /** What a code means, where its message, which is in English, is not understood; empty where it is. */
  readonly meaning: (code: string) => string;
  /** The message of a code, behind what the code means. */
  readonly said: (code: string, message: string) => string;
  /** What an operation does now, by the name that the server has for it. */
  readonly stage: (name: string) => string;
}

export function wordsOf(language: Language): Words {
  const stages: Readonly<Record<string, string>> = TABLES[language].operations.stages;
  const meaning = (code: string): string => (language === 'ko' ? (KOREAN_TITLES.get(code) ?? '') : '');
  return {
    language,
    meaning,
    said: (code, message) => [meaning(code), message].filter((one) => one !== '').join(': '),
    stage: (name) => stages[name.toLowerCase().replace(' ', '_')] ?? name.replace(/^read /, stages['read'] + ' '),
    t: TABLES[language],
    bytes: (value) => format.bytes(value, language),
    number: (value) => format.number(value, language),
    percent: (part) => format.percent(part, language),
    duration: (millis) => format.duration(millis, language),
    dateTime: (at) => format.dateTime(at, language),
    ago: (at) => format.ago(at, Date.now(), language),
  };
}

/** What was chosen, else what the browser prefers of what there is. */
export function preferred(chosen: string | null, browser: readonly string[]): Language {
  for (const tag of chosen === null ? browser : [chosen, ...browser]) {
    const found = LANGUAGES.find((language) => tag.toLowerCase().split('-')[0] === language);
    if (found !== undefined) return found;
  }
  return 'en';
}

const Current = createContext<Words>(wordsOf('en'));
export const WordsProvider = Current.Provider;

export function useWords(): Words {
  return useContext(Current);
}
