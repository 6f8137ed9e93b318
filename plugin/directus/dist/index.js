// Directus: every way to change an item (app, REST, GraphQL, flows, imports) goes through the items service, and so through these
// filters. docs/cms/directus.md says how it is installed and configured.

import copydesk from './client.cjs';

const TABLE = 'copydesk_verdicts'; // content hashes and times, no text
const MOST_UNSCORED = 100; // looked at in one round
const MOST_PENDING = 1000;
const LONGEST_SAVE = 60 * 1000; // milliseconds
const RETRY_EVERY = '* * * * *'; // each minute
const DEFAULTS = { status: 'status', published: 'published', held: 'draft' };

function settings(env) {
  // Directus reads a value with commas as a list.
  const json = (value) => (Array.isArray(value) ? JSON.parse(value.join(',')) : typeof value === 'string' ? JSON.parse(value) : value);
  const list = (value) => (Array.isArray(value) ? value : String(value ?? '').split(',').map((each) => each.trim()).filter(Boolean));
  const found = copydesk.settings({
    url: env.COPYDESK_URL,
    token: env.COPYDESK_TOKEN,
    secret: env.COPYDESK_SECRET,
    timeout: env.COPYDESK_TIMEOUT ?? 3000,
    fail: env.COPYDESK_FAIL ?? 'hold',
    holdAt: env.COPYDESK_HOLD_AT ?? 'review',
    releaseRoles: list(env.COPYDESK_RELEASE_ROLES),
    insecure: String(env.COPYDESK_INSECURE) === 'true',
    types: json(env.COPYDESK_COLLECTIONS),
  });
  for (const type of Object.values(found.types)) Object.assign(type, { ...DEFAULTS, ...type });
  return found;
}

async function prepare(database) {
  if (await database.schema.hasTable(TABLE)) return;
  await database.schema.createTable(TABLE, (table) => {
    table.string('id', 200).primary();
    table.string('hash', 64).notNullable();
    table.string('collection', 64).notNullable();
    table.string('item', 64).notNullable().defaultTo('');
    table.string('state', 16).notNullable(); // held, released or unscored
    table.timestamp('at').notNullable();
  });
}

async function state(database, collection, hash) {
  const row = await database(TABLE).where({ hash, collection }).whereIn('state', ['held', 'released']).orderBy('state', 'desc').first();
  return row?.state;
}

async function write(database, collection, hash, value, item = '') {
  const id = `${collection}:${item}:${hash}`;
  await database(TABLE).where({ id }).delete();
  await database(TABLE).insert({ id, hash, collection, item, state: value, at: new Date() });
}

/** May this person release a held text? Nobody may where no person is: flows and code. */
function mayRelease(config, accountability) {
  if (!accountability) return false;
  if (accountability.admin) return true;
  const roles = [accountability.role, ...(accountability.roles ?? [])];
  return roles.some((role) => config.releaseRoles.includes(role));
}

export default ({ filter, action, schedule, init }, { env, services, database, getSchema, logger }) => {
  const config = settings(env);
  const pending = new Map(); // what is done once an item is saved: the filter of a new item does not know its key yet

  init('app.before', () => prepare(database));

  /** {hold: {summary, quotes}} where the article is to be held, {unscored: hash} where it goes out without a verdict, or {}. */
  async function judge(type, collection, id, values, context) {
    const article = copydesk.articleOf(type, values);
    const hash = copydesk.contentHash(article);
    const before = await state(context.database, collection, hash);
    if (before === 'released') return {};
    if (before === 'held' && mayRelease(config, context.accountability)) {
      await write(context.database, collection, hash, 'released');
      logger.info(`copydesk: ${collection} ${id} was released`);
      return {};
    }
    const { report, why, unreadable } = await copydesk.score(config, `${collection}/${id}`, article);
    if (report && !copydesk.held(config, report)) return {};
    if (!report) {
      logger.warn(`copydesk: ${collection} ${id} was not scored: ${why}`);
      if (config.fail === 'publish') return unreadable ? {} : { unscored: hash };
    }
    await write(context.database, collection, hash, 'held');
    return { hold: report ? copydesk.reasons(report) : { summary: `not scored (${why})`, quotes: [] } };
  }

  const newKey = (type, collection, payload) => `${collection}:new:${copydesk.contentHash(copydesk.articleOf(type, payload))}`;

  function later(key, what) {
    pending.set(key, { ...what, until: Date.now() + LONGEST_SAVE });
    if (pending.size > MOST_PENDING) pending.delete(pending.keys().next().value);
  }

  /** The payload of an item that is saved, but not published. */
  function held(type, payload, hold) {
    const note = type.note ? { [type.note]: [hold.summary, ...hold.quotes].join('\n') } : {};
    return { ...payload, [type.status]: type.held, ...note };
  }

  filter('items.create', async (payload, { collection }, context) => {
    const type = config.types[collection];
    if (!type || payload?.[type.status] !== type.published) return payload;
    const found = await judge(type, collection, 'new', payload, context);
    if (found.hold || found.unscored) later(newKey(type, collection, payload), found);
    return found.hold ? held(type, payload, found.hold) : payload;
  });

  filter('items.update', async (payload, { collection, keys }, context) => {
    const type = config.types[collection];
    if (!type || (payload?.[type.status] ?? type.published) !== type.published) return payload;
    if (![type.status, type.title, type.body].some((name) => name in payload)) return payload;
    const primary = context.schema.collections[collection].primary;
    const names = [primary, type.title, type.body, type.status, ...(type.note ? [type.note] : [])];
    const items = await context.database(collection).select(names).whereIn(primary, keys);
    const holds = [];
    let marked = false;
    for (const item of items) {
      if ((payload[type.status] ?? item[type.status]) !== type.published) continue; // a draft is edited
      const found = await judge(type, collection, item[primary], { ...item, ...payload }, context);
      if (found.hold) holds.push({ item, hold: found.hold });
      if (found.hold || found.unscored) later(`${collection}:${item[primary]}`, found);
      marked ||= Boolean(type.note && item[type.note]);
    }
    if (!holds.length) return marked && !(type.note in payload) ? { ...payload, [type.note]: null } : payload;
    if (items.length > 1) { // one payload is saved into all of them, so the good ones must not become drafts with the bad
      for (const { item } of holds) pending.delete(`${collection}:${item[primary]}`); // nothing is saved
      const lines = holds.map(({ item, hold }) => `“${copydesk.shown(item[type.title], 80)}”: ${hold.summary}`);
      const { InvalidPayloadError } = await errors();
      throw new InvalidPayloadError({ reason: `held for review, publish the others without them: ${lines.join('; ')}` });
    }
    return held(type, payload, holds[0].hold);
  });

  /** A message in the app of whoever saved it, or a note that it is to be scored later. */
  async function saved(collection, key, item, context) {
    const found = pending.get(key);
    pending.delete(key);
    if (!found || found.until < Date.now()) return;
    if (found.unscored) await write(database, collection, found.unscored, 'unscored', String(item));
    const { hold } = found;
    if (!hold || !context.accountability?.user) return;
    const notifications = new services.NotificationsService({ schema: await getSchema(), knex: database });
    const again = mayRelease(config, context.accountability) ? '\n\nPublish it once more to release it as it is.' : '';
    const message = [...hold.quotes.map(plain), ''].join('\n\n') + again;
    const subject = copydesk.shown(`Held for review: ${hold.summary}`, 200);
    await notifications.createOne({ recipient: context.accountability.user, subject, message, collection, item: String(item) });
  }

  const safely = (work) => (...given) => work(...given).catch((error) => logger.error(`copydesk: ${error.message}`));
  action('items.create', safely(async ({ collection, key, payload }, context) => {
    const type = config.types[collection];
    if (type) await saved(collection, newKey(type, collection, payload), key, context);
  }));
  action('items.update', safely(async ({ collection, keys }, context) => {
    for (const key of config.types[collection] ? keys : []) await saved(collection, `${collection}:${key}`, key, context);
  }));

  /** What went out without a verdict is scored when Copydesk is back, and taken back where it would have been held. */
  schedule(RETRY_EVERY, safely(async () => {
    const schema = await getSchema();
    const rows = await database(TABLE).where({ state: 'unscored' }).orderBy('at').limit(MOST_UNSCORED);
    for (const row of rows) {
      const { collection, item, hash } = row;
      const type = config.types[collection];
      const primary = schema.collections[collection]?.primary;
      const found = type && primary && (await database(collection).where({ [primary]: item }).first());
      if (found && found[type.status] === type.published) {
        const article = copydesk.articleOf(type, found);
        const { report, unreadable } = await copydesk.score(config, `${collection}/${item}`, article);
        if (!report && !unreadable) return; // still down
        if (report && copydesk.held(config, report)) {
          const { summary, quotes } = copydesk.reasons(report);
          const note = type.note ? { [type.note]: [summary, ...quotes].join('\n') } : {};
          const items = new services.ItemsService(collection, { schema, knex: database });
          await items.updateOne(found[primary], { [type.status]: type.held, ...note });
          await write(database, collection, copydesk.contentHash(article), 'held');
          logger.warn(`copydesk: ${collection} ${item} was scored late, and taken back: ${summary}`);
        }
      }
      await database(TABLE).where({ hash, collection, item, state: 'unscored' }).delete();
    }
  }));
};

/** Text for a place that renders Markdown: what would be markup is not. */
function plain(text) {
  return text.replace(/[\\`*_{}[\]()#+!|<>~-]/g, '\\$&');
}

async function errors() {
  try {
    return await import('@directus/errors');
  } catch { // an extension outside of the folder of Directus cannot see its packages
    class InvalidPayloadError extends Error {
      constructor({ reason }) {
        super(`Invalid payload. ${reason}.`);
        Object.assign(this, { name: 'DirectusError', code: 'INVALID_PAYLOAD', status: 400, extensions: { reason } });
      }
    }
    return { InvalidPayloadError };
  }
}
