// IndexedDB behind promises. Only store.rs uses this file: it knows stores and keys, and nothing of tables.
// JavaScript, because a transaction ends as soon as a turn of the event loop passes without a request.
// Nothing here is newer than ES2019, and nothing needs a secure context.

// A newer program may add stores and indexes, never change one: an older tab still has to work beside it.
const VERSION = 1;
const OPEN_LIMIT_MS = 8000;
// A connection that the browser closed shows itself by these names. Safari does it to pages in the background.
const CLOSED = ["InvalidStateError", "UnknownError", "AbortError"];

const fault = (name, message) => Object.assign(new Error(message), { name });
// An error thrown in a request's event would be told as a mere abort.
const then = (tx, request, next) => {
  request.onsuccess = () => {
    try {
      next(request.result);
    } catch (error) {
      tx.fault = error;
      tx.abort();
    }
  };
};
const versions_of = (id) => IDBKeyRange.bound([id], [id, []]);

function upgrade(db, tx) {
  const store = (name, keyPath) =>
    db.objectStoreNames.contains(name) ? tx.objectStore(name) : db.createObjectStore(name, { keyPath });
  const index = (of, name, keyPath, multiEntry) => {
    if (!of.indexNames.contains(name)) of.createIndex(name, keyPath, { multiEntry });
  };
  store("drafts", "id");
  index(store("versions", ["id", "saved_at"]), "uses", "uses", true);
  index(store("blobs", "sha256"), "at", "at", false);
  store("definitions", "sha256");
  store("leases", "id");
}

function open(name, version) {
  return new Promise((resolve, reject) => {
    // Reading `indexedDB` already throws where storage is refused; some browsers give null.
    const factory = self.indexedDB;
    if (!factory) throw fault("SecurityError", "no indexedDB");
    const request = version ? factory.open(name, version) : factory.open(name);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      reject(fault("TimeoutError", "the database did not open"));
    }, OPEN_LIMIT_MS);
    request.onupgradeneeded = () => upgrade(request.result, request.transaction);
    request.onerror = () => {
      clearTimeout(timer);
      reject(request.error);
    };
    request.onsuccess = () => {
      clearTimeout(timer);
      if (late) request.result.close();
      else resolve(request.result);
    };
  });
}

export class Database {
  constructor(name) {
    this.name = name;
    this.connection = null;
  }

  connect() {
    if (!this.connection) {
      const opening = open(this.name, VERSION).catch((error) => {
        // A newer program was here: take the database as it is.
        if (error && error.name === "VersionError") return open(this.name);
        throw error;
      });
      this.connection = opening;
      const forget = () => {
        if (this.connection === opening) this.connection = null;
      };
      opening.then((db) => {
        db.onclose = forget;
        db.onversionchange = () => {
          db.close();
          forget();
        };
      }, forget);
    }
    return this.connection;
  }

  // Runs `work(tx, done)` in one transaction and gives what `done` was told, once all of it is on disk.
  // A connection that turns out to be closed is opened again, once. All work here may be done twice.
  //
  // What a person typed goes to the disk before it is called saved. Leases and what can be had again need not
  // wait for the disk.
  async run(stores, mode, work, durability = "strict") {
    for (let again = false; ; again = true) {
      const db = await this.connect();
      try {
        return await new Promise((resolve, reject) => {
          const tx = db.transaction(stores, mode, { durability });
          let result;
          tx.oncomplete = () => resolve(result);
          tx.onabort = () => reject(tx.fault || tx.error || fault("AbortError", "the transaction was aborted"));
          work(tx, (value) => (result = value));
        });
      } catch (error) {
        if (again || !error || !CLOSED.includes(error.name)) throw error;
        db.close();
        if ((await this.connection) === db) this.connection = null;
      }
    }
  }

  close() {
    if (this.connection) this.connection.then((db) => db.close(), () => {});
    this.connection = null;
  }

  // Gives [saved_at, had_been_there, times of all versions]. With a token, writes only if no other holds the draft.
  put_draft(record, token) {
    return this.run(["drafts", "versions", "leases"], "readwrite", (tx, done) => {
      const drafts = tx.objectStore("drafts");
      const versions = tx.objectStore("versions");
      const leases = tx.objectStore("leases");
      const lease = leases.get(record.id);
      then(tx, drafts.get(record.id), (old) => {
        // Requests of a transaction end in order: the lease is known by now.
        if (token) {
          if (lease.result && lease.result.token !== token) throw fault("Taken", "another window writes this draft");
          if (!lease.result) leases.put({ id: record.id, token, free: false });
        }
        const write = () => {
          // A clock that was put back must not make a new version the older one.
          const saved_at = old && record.saved_at <= old.saved_at ? old.saved_at + 1 : record.saved_at;
          const version = Object.assign({}, record, { saved_at });
          delete version.alone;
          versions.put(version);
          const summary = Object.assign({}, version, { size: record.bytes.length });
          delete summary.bytes;
          drafts.put(summary);
          const keys = versions.getAllKeys(versions_of(record.id));
          then(tx, keys, (keys) => done([saved_at, !!old, keys.map((key) => key[1])]));
        };
        if (old || !record.alone) return write();
        // Two windows may have begun blank under one key: the second would hide what the first has saved.
        then(tx, drafts.getAll(), (all) => {
          const is_other = (it) => it.key === record.key && it.table_id === record.table_id;
          if (all.some(is_other)) throw fault("Begun", "another window has begun a draft under this key");
          write();
        });
      });
    });
  }

  // Keeps an older text of a draft beside the current one.
  put_version(record) {
    return this.run(["versions"], "readwrite", (tx) => void tx.objectStore("versions").put(record));
  }

  drop_versions(id, times) {
    return this.run(["versions"], "readwrite", (tx) => {
      for (const time of times) tx.objectStore("versions").delete([id, time]);
    });
  }

  list_drafts() {
    return this.run(["drafts"], "readonly", (tx, done) => {
      then(tx, tx.objectStore("drafts").getAll(), done);
    }, "relaxed");
  }

  list_versions(id) {
    return this.run(["versions"], "readonly", (tx, done) => {
      const keys = tx.objectStore("versions").getAllKeys(versions_of(id));
      then(tx, keys, (keys) => done(keys.map((key) => key[1])));
    }, "relaxed");
  }

  // The current version, or the one saved at a time.
  get_draft(id, saved_at) {
    return this.run(["drafts", "versions"], "readonly", (tx, done) => {
      const read = (time) => then(tx, tx.objectStore("versions").get([id, time]), done);
      if (saved_at !== undefined) read(saved_at);
      else then(tx, tx.objectStore("drafts").get(id), (summary) => summary && read(summary.saved_at));
    });
  }

  delete_draft(id) {
    return this.run(["drafts", "versions", "leases"], "readwrite", (tx) => {
      tx.objectStore("drafts").delete(id);
      tx.objectStore("versions").delete(versions_of(id));
      tx.objectStore("leases").delete(id);
    });
  }

  // Some browsers keep no Blob in a private window, but do keep its bytes.
  async put_blob(sha256, blob, at) {
    const put = (data) =>
      this.run(["blobs"], "readwrite", (tx) => void tx.objectStore("blobs").put({ sha256, at, type: blob.type, data }));
    try {
      await put(blob);
    } catch (error) {
      if (error && error.name === "QuotaExceededError") throw error;
      await put(await blob.arrayBuffer());
    }
  }

  get_blob(sha256) {
    return this.run(["blobs"], "readonly", (tx, done) => {
      then(tx, tx.objectStore("blobs").get(sha256), (it) => {
        if (it) done(it.data instanceof Blob ? it.data : new Blob([it.data], { type: it.type }));
      });
    });
  }

  // Drops what no version of any draft uses; a file put lately may belong to a draft not saved yet. Gives the count.
  collect_blobs(used, put_before) {
    return this.run(["blobs", "versions"], "readwrite", (tx, done) => {
      const blobs = tx.objectStore("blobs");
      const uses = tx.objectStore("versions").index("uses");
      let dropped = 0;
      done(dropped);
      then(tx, blobs.index("at").openKeyCursor(IDBKeyRange.upperBound(put_before)), (cursor) => {
        if (!cursor) return;
        const sha256 = cursor.primaryKey;
        then(tx, uses.count(sha256), (n_uses) => {
          if (n_uses || used.includes(sha256)) return;
          blobs.delete(sha256);
          done(++dropped);
        });
        cursor.continue();
      });
    });
  }

  put_definition(sha256, text) {
    return this.run(["definitions"], "readwrite", (tx) => void tx.objectStore("definitions").put({ sha256, text }), "relaxed");
  }

  get_definition(sha256) {
    return this.run(["definitions"], "readonly", (tx, done) => {
      then(tx, tx.objectStore("definitions").get(sha256), (it) => it && done(it.text));
    }, "relaxed");
  }

  // Takes the lease if nobody has it, or if one of `expected` has it. Gives the token that has it afterwards.
  claim(id, token, expected) {
    return this.run(["leases"], "readwrite", (tx, done) => {
      const leases = tx.objectStore("leases");
      then(tx, leases.get(id), (lease) => {
        const open_to_us = !lease || lease.free || lease.token === token || expected.includes(lease.token);
        if (open_to_us) leases.put({ id, token, free: false });
        done(open_to_us ? token : lease.token);
      });
    }, "relaxed");
  }

  // Marks the lease free but keeps the name of its last holder, who may come back to an unchanged draft; a draft that
  // was never saved needs none. Gives false if another has it.
  free(id, token) {
    return this.run(["drafts", "leases"], "readwrite", (tx, done) => {
      const leases = tx.objectStore("leases");
      const draft = tx.objectStore("drafts").getKey(id);
      then(tx, leases.get(id), (lease) => {
        const ours = !!lease && lease.token === token;
        // Requests of a transaction end in order: the draft is known by now.
        if (ours) draft.result === undefined ? leases.delete(id) : leases.put({ id, token, free: true });
        done(ours);
      });
    }, "relaxed");
  }

  // [token, is free], or nothing.
  lease(id) {
    return this.run(["leases"], "readonly", (tx, done) => {
      then(tx, tx.objectStore("leases").get(id), (lease) => lease && done([lease.token, lease.free]));
    }, "relaxed");
  }

  // Not deleteDatabase: it waits for every other tab to close its connection.
  clear() {
    const stores = ["drafts", "versions", "blobs", "definitions", "leases"];
    return this.run(stores, "readwrite", (tx) => {
      for (const store of stores) tx.objectStore(store).clear();
    });
  }
}

// How long the page's storage may take. A file may have to go over a network.
const ANSWER_LIMITS_MS = { get: 15000, keys: 15000, delete: 15000, set: 60000 };

function in_time(answer, limit) {
  let timer = 0;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(fault("TimeoutError", "the storage of the page did not answer")), limit);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

// A storage of the page around the form in place of the browser's database: the same functions as the class above.
// The page gives `get(key)`, `set(key, value)`, `delete(key)` and `keys()`, each of which may be a promise. A draft is
// kept as it is now, without earlier versions; its text is in `bytes`.
export function page_database(given) {
  const none = async () => undefined;
  // A storage that does not answer would keep the form from opening, and the user from knowing.
  const asking = ([name, limit]) => [name, (...args) => in_time(given[name](...args), limit)];
  const storage = Object.fromEntries(Object.entries(ANSWER_LIMITS_MS).map(asking));
  const blob_key = (sha256) => "file/" + sha256;
  const names = async (kind) => Array.from(await storage.keys(), String).filter((it) => it.startsWith(kind)).map((it) => it.slice(kind.length));
  return {
    connect: none,
    close() {},
    async put_draft(record) {
      const old = await storage.get("draft/" + record.id);
      await storage.set("draft/" + record.id, record);
      return [record.saved_at, !!old, [record.saved_at]];
    },
    put_version: none,
    drop_versions: none,
    async list_drafts() {
      const records = await Promise.all((await names("draft/")).map((id) => storage.get("draft/" + id)));
      return records.filter(Boolean).map((it) => Object.assign({}, it, { size: it.bytes.length, bytes: null }));
    },
    async list_versions(id) {
      const record = await storage.get("draft/" + id);
      return record ? [record.saved_at] : [];
    },
    get_draft: async (id) => storage.get("draft/" + id),
    delete_draft: async (id) => storage.delete("draft/" + id),
    put_blob: async (sha256, blob) => storage.set(blob_key(sha256), blob),
    get_blob: async (sha256) => storage.get(blob_key(sha256)),
    // Another form may use a file; the page knows best what it does not need any more.
    collect_blobs: async () => 0,
    put_definition: async (sha256, text) => storage.set("table/" + sha256, text),
    get_definition: async (sha256) => storage.get("table/" + sha256),
    // Who may write a draft is the page's own business.
    claim: async (_, token) => token,
    free: async () => true,
    lease: none,
    async clear() {
      for (const key of Array.from(await storage.keys())) await storage.delete(key);
    },
  };
}

let has_asked = false;

// Asks the browser not to evict what is kept. It may ask the user in turn, so nobody waits for the answer, and once is
// enough.
export function ask_to_keep() {
  const storage = navigator.storage;
  if (has_asked || !storage || !storage.persist) return;
  has_asked = true;
  storage.persist().catch(() => {});
}
