/**
 * Pressing and typing in the dialog, as a person does, on a page of jsdom.
 */
import { JSDOM } from 'jsdom';
import { expect, vi } from 'vitest';
import { Dialog } from '../src/dialog.js';
import { Session } from '../src/session.js';
import { fakeApi, fakeMw, outside } from './fakes.js';
import en from '../i18n/en.json';

export const $ = ( selector ) => document.querySelector( selector );
export const press = ( action ) => $( `[data-action="${ action }"]` ).click();
export const step = () => $( '[data-step]' ).dataset.step;
export const tick = ( id ) => {
	const box = document.getElementById( id );
	box.checked = !box.checked;
	box.dispatchEvent( new Event( 'change' ) );
};
export const type = ( id, words ) => {
	const field = document.getElementById( id );
	field.value = words;
	field.dispatchEvent( new Event( 'input' ) );
};

export async function openWith( wiki, changes ) {
	const api = fakeApi( wiki );
	const dialog = new Dialog( () => new Session( outside( api, changes ) ), 'en' );
	await dialog.open();
	return { api, dialog };
}

export const go = ( ...actions ) => actions.forEach( press );
export const outcome = async ( name ) => vi.waitFor( () => expect( $( '[data-outcome]' ).dataset.outcome ).toBe( name ) );

export function freshPage() {
	// Not Vitest's jsdom environment: its byte arrays are not those of WebCrypto.
	const { window } = new JSDOM( '<!DOCTYPE html><body></body>', { url: 'https://wiki.example.org/' } );
	Object.assign( globalThis, { document: window.document, window, Event: window.Event } );
	globalThis.mw = fakeMw( en );
}

/** Fields in which something can be left half typed: the step, the field, words, and what the review says of them. */
export const FIELDS = {
	languages: { typed: 'ps-language-search', words: 'polnisch', shown: 'Polnisch', taken: ( { draft } ) => draft.languages.includes( 'pl' ) },
	channels: { typed: 'ps-address-2', words: 'ida.01', shown: 'ida.01', taken: ( { draft } ) => draft.contact.signal === 'ida.01', before: () => tick( 'ps-channel-2' ) },
	avoid: { typed: 'ps-avoid', words: 'mallory', shown: 'Mallory', taken: ( { draft } ) => draft.avoid.includes( 'Mallory' ) },
	message: { typed: 'ps-message', words: 'Half a sentence', shown: 'Half a sentence', taken: ( { draft } ) => draft.message === 'Half a sentence' }
};

/**
 * Press Escape.
 *
 * @param dialog
 * @return {boolean} whether the dialog stays open
 */
export const escape = ( dialog ) => {
	const event = new Event( 'cancel', { cancelable: true } );
	if ( dialog.element.dispatchEvent( event ) ) {
		dialog.element.removeAttribute( 'open' );
		dialog.element.dispatchEvent( new Event( 'close' ) );
	}
	return event.defaultPrevented;
};

export const toReview = () => {
	while ( step() !== 'review' ) {
		press( step() === 'fork' ? 'say-more' : 'next' );
	}
};

export async function stand( on ) {
	const opened = await openWith();
	go( 'next', 'say-more' );
	while ( step() !== on ) {
		press( 'next' );
	}
	return opened;
}
