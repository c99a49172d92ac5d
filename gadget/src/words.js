/**
 * 256 short, plain words that are hard to confuse, so that one random byte draws one evenly. The supporter quotes
 * three of them at first contact. They are the same in every language: both sides only compare them. The list is the
 * bot's, who draws for those who wrote by hand.
 */
import words from '../../bot/request/words.json';

/** @type {string[]} */
export const WORDS = words;
