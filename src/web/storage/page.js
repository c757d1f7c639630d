// A storage of the page around the form in place of the browser's database, for store.rs: the same functions as the
// class in store.js. The page gives `get(key)`, `set(key, value)`, `delete(key)` and `keys()`, each of which may be
// a promise. A draft is kept as it is now, without earlier versions; its text is in `bytes`.

export function page_database(storage) {
  const none = async () => undefined;
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
    list_blobs: () => names("file/"),
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
