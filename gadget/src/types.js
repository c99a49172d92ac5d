/**
 * The shapes that the gadget's parts hand to each other. No code.
 *
 * @typedef {{id: string, public: string, expires: string}} PageKey one public key of the bot's page
 *
 * @typedef {'few'|'several'|'many'} Band how many supporters, never a count
 *
 * @typedef {Object<string, string>} Labels label by language code
 *
 * @typedef {{text: string, lang: string}} Label words, and the code of their language; empty: that of the dialog, or none
 *
 * @typedef {Object} Turn somewhere else to turn, or something to read
 * @property {string} kind
 * @property {Labels} label
 * @property {string} [mail]
 * @property {string} [url] https, and http on a wiki of this machine
 *
 * @typedef {Object} Published what the bot's public page says, checked and bounded
 * @property {string} intake full title of the page that takes envelopes
 * @property {string} desk origin (and path) of the desk, no slash at its end; empty without a desk
 * @property {boolean} askPrivately the desk's /ask takes requests
 * @property {number} messageCharacters 0: no free text
 * @property {Map<string, Band>} languages
 * @property {Map<string, Map<string, Band>>} reach language → channel → band
 * @property {string[]} channels
 * @property {Map<string, Labels>} channelLabels
 * @property {Map<string, Labels>} channelReveals
 * @property {string[]} channelAddress channels that need an address from the person
 * @property {Map<string, Labels>} topics
 * @property {Map<string, Labels>} backgrounds
 * @property {Turn[]} whereToTurn
 * @property {Turn[]} resources
 * @property {string} usualWait hours, days, weeks or unknown
 *
 * @typedef {'missing'|'author'|'unreadable'|'protocol'|'wiki'|'disagrees'|'paused'|'no-key'|'offline'|'config'} Closed why no
 *  request is taken
 *
 * @typedef {Object} Judgement whether the network takes requests now
 * @property {boolean} open
 * @property {Closed} [why] only when not open
 * @property {PageKey} [key] only when open: the key to seal to
 * @property {number} [now] only when open: the server's time, milliseconds
 * @property {Published} [published] whenever the page could be believed
 *
 * @typedef {Object} Account whether this account can be served
 * @property {'ok'|'logged-out'|'blocked'|'blocked-here'|'blocked-address'|'protected'|'no-intake'} state
 * @property {number} id
 * @property {string} name
 * @property {boolean} temporary
 * @property {boolean} emailable has a confirmed address and lets mail in
 * @property {'ok'|'none'|'unconfirmed'|'refused'|'temporary'} mail why it can be rung by Wikimail, or not
 * @property {string} earlier when this account last wrote on the intake page, ISO 8601; empty when never
 *
 * @typedef {Object} UserInfo `meta=userinfo` with `uiprop=email|options`
 * @property {number} id 0 for nobody
 * @property {string} name
 * @property {boolean} [anon]
 * @property {boolean} [temp]
 * @property {string} [email]
 * @property {string} [emailauthenticated]
 * @property {Object<string, string|number|null>} [options]
 *
 * @typedef {{systemblocktype?: string, blockpartial?: boolean}} BlockInfo what a block says of itself
 *
 * @typedef {{blockid?: number, blockedby?: string, blockpartial?: boolean}} OwnBlocks an account's line of `list=users`
 *  with `usprop=blockinfo`
 *
 * @typedef {Object} IntakePage `prop=info|revisions`, with `intestactionsdetail=full` and `rvuser`
 * @property {boolean} [missing]
 * @property {boolean} [invalid]
 * @property {{edit?: Array<{code: string, data?: {blockinfo?: BlockInfo}}>}} [actions] errors that an edit would meet
 * @property {Array<{timestamp?: string, userid?: number, slots?: {main?: {content?: string}}}>} [revisions]
 *
 * @typedef {{identity: Identity, locale: string, emailable: boolean, published: Published}} Around what decides how much
 *  room a request has
 *
 * @typedef {import('./session.js').Session & {published: Published, account: Account}} Ready a session that is open
 *
 * @typedef {Object} Draft what the person chose and wrote, kept until it is saved or the page is left
 * @property {string[]} languages best first
 * @property {string[]} topics
 * @property {string[]} channels best first
 * @property {Object<string, string>} contact
 * @property {string} message
 * @property {string[]} avoid
 * @property {string[]} prefer
 * @property {boolean} notify
 *
 * @typedef {Object} Problem what stands in the way of sending, and on which step it is mended
 * @property {string} step
 * @property {string} problem
 * @property {string} [channel]
 * @property {number} [over] how much too long, in characters
 * @property {string} [half] what is typed in a field and cannot be taken as it stands
 *
 * @typedef {Object} Identity what is drawn by chance, once for a request
 * @property {string} ref eight characters
 * @property {string[]} words
 * @property {string} token the requester's own key to the desk
 *
 * @typedef {{ref: string, token: string, account: string}} Kept what an account, by its name, keeps among its own preferences
 *
 * @typedef {Object} ApiError what the wiki says with the code of an error; of `http`, what came of the request
 * @property {{blockinfo?: BlockInfo}} [error]
 * @property {{status: number}} [xhr]
 * @property {string} [textStatus]
 *
 * @typedef {Object} QueryAnswer of action=query, as far as it is read
 * @property {string} [curtimestamp]
 * @property {{pages?: IntakePage[], users?: OwnBlocks[], userinfo?: UserInfo}} [query]
 *
 * @typedef {Object} AskedCaptcha a question of the wiki, as its API hands it over
 * @property {string|number} [id]
 * @property {string} [mime]
 * @property {unknown} [question]
 * @property {unknown} [url]
 *
 * @typedef {Object} EditAnswer of action=edit, as far as it is read
 * @property {string} [result]
 * @property {string} [code]
 * @property {AskedCaptcha} [captcha]
 * @property {unknown} [spamblacklist]
 * @property {unknown} [abusefilter]
 *
 * @typedef {{edit?: EditAnswer}} Edited the wiki's answer to action=edit
 *
 * @typedef {Object} Config which bot this gadget belongs to
 * @property {string} bot
 * @property {number} botId
 * @property {string} page full title of the bot's public page
 * @property {string} landing full title of the landing page
 * @property {string} intake full title of the page that takes envelopes
 * @property {string} desk address of the desk
 *
 * @typedef {Object} Captcha a question of the wiki
 * @property {string} id
 * @property {string} question text; empty when it is a picture
 * @property {string} image address of a picture; empty when it is a question
 *
 * @typedef {Object} Saved what became of saving
 * @property {boolean} saved
 * @property {string} outcome `saved`, or the name of what stood in the way
 * @property {boolean} again whether one more press may help
 * @property {boolean} certain false when it may have been saved all the same
 * @property {Captcha} [captcha] only when the wiki asks one that can be shown
 * @property {string} [why] only when the network is closed
 * @property {string} [code] only when the wiki gave an error that nobody here knows
 * @property {true} [ofAccount] only when a farm of wikis has locked or blocked the account itself
 *
 * @typedef {Object} Outside what a session needs from the page it runs in
 * @property {mw.Api} api
 * @property {Config|null} config null: this gadget was never set up
 * @property {string} wikiId
 * @property {boolean} isHere the wiki is http on this very machine, as one that somebody tries this on
 * @property {string} locale the reader's language
 * @property {string[]} chain that language and what MediaWiki falls back to
 * @property {string[]} own languages the reader is likely to speak, best first
 * @property {boolean} canSeal the browser has what sealing needs
 * @property {import('./payload.js').Random} random
 * @property {(milliseconds: number) => Promise<void>} pause
 * @property {(value: AskedCaptcha) => Captcha|null} readCaptcha
 * @property {import('./user-names.js').NameRules} nameRules
 * @property {import('./tabs.js').Tabs} tabs
 */

/**
 * What the wiki said: an answer, or the code of an error.
 *
 * @template Whole
 * @typedef {{answer?: Whole, code?: string, data?: ApiError}} Answer
 */
export {};
