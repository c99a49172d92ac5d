/**
 * The steps, each a file of its own: what it is called, and how it is built.
 */
import * as avoid from './avoid.js';
import * as channels from './channels.js';
import * as fork from './fork.js';
import * as languages from './languages.js';
import * as message from './message.js';
import * as opening from './opening.js';
import * as prefer from './prefer.js';
import * as review from './review.js';
import * as sent from './sent.js';
import * as topics from './topics.js';
import * as unavailable from './unavailable.js';

/** @typedef {import('../session.js').Session} Session */

/**
 * @typedef {Object} Step
 * @property {string} id value of `data-step`
 * @property {() => string} title
 * @property {(session: Session, dialog: import('../dialog.js').Dialog) => Node[]} build
 * @property {(session: Session) => boolean} [skip] there is nothing to ask
 * @property {(session: Session) => import('../types.js').Problem[]} [finish] takes what is typed and not yet added
 */

/** @type {Step[]} in their order */
export const QUESTIONS = [ languages, topics, channels, avoid, prefer, message ];

export { fork, opening, review, sent, unavailable };
