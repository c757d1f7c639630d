//! A map from names to values, ordered by name: a sorted list, since a tree of each type of value would be
//! more code than everything that is done with it. Its entries are tens, not thousands.

use std::sync::Arc;

/// A map from names to values, ordered by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Map<V>(Vec<(Arc<str>, V)>);

impl<V> Default for Map<V> {
    fn default() -> Self {
        Map(Vec::new())
    }
}

impl<V> Map<V> {
    /// Without entries.
    pub fn new() -> Self {
        Map::default()
    }

    /// The position of a name, or the one it would have.
    fn find(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(it, _)| (**it).cmp(name))
    }

    /// The value of that name.
    pub fn get(&self, name: &str) -> Option<&V> {
        self.0.get(self.find(name).ok()?).map(|(_, value)| value)
    }

    /// The same, to change it.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut V> {
        let at = self.find(name).ok()?;
        self.0.get_mut(at).map(|(_, value)| value)
    }

    /// True if that name has a value.
    pub fn contains_key(&self, name: &str) -> bool {
        self.find(name).is_ok()
    }

    /// The value of that name, made if there is none.
    pub fn get_or_insert_with(&mut self, name: Arc<str>, make: impl FnOnce() -> V) -> &mut V {
        let at = self.find(&name).unwrap_or_else(|at| {
            self.0.insert(at, (name, make()));
            at
        });
        &mut self.0[at].1
    }

    /// Sets a value; gives the one before.
    pub fn insert(&mut self, name: Arc<str>, value: V) -> Option<V> {
        match self.find(&name) {
            Ok(at) => Some(std::mem::replace(&mut self.0[at].1, value)),
            Err(at) => {
                self.0.insert(at, (name, value));
                None
            }
        }
    }

    /// Takes a value out.
    pub fn remove(&mut self, name: &str) -> Option<V> {
        Some(self.0.remove(self.find(name).ok()?).1)
    }

    /// Keeps only the entries of which that is true.
    pub fn retain(&mut self, mut keeps: impl FnMut(&Arc<str>, &mut V) -> bool) {
        self.0.retain_mut(|(name, value)| keeps(name, value));
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True if there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names, in order.
    pub fn keys(&self) -> impl Iterator<Item = &Arc<str>> {
        self.0.iter().map(|(name, _)| name)
    }

    /// The values, in the order of the names, to change them.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.0.iter_mut().map(|(_, value)| value)
    }

    /// The entries, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &V)> {
        self.0.iter().map(|(name, value)| (name, value))
    }
}

impl<V, const N: usize> From<[(Arc<str>, V); N]> for Map<V> {
    fn from(entries: [(Arc<str>, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl<V> FromIterator<(Arc<str>, V)> for Map<V> {
    fn from_iter<I: IntoIterator<Item = (Arc<str>, V)>>(entries: I) -> Self {
        let mut map = Map::new();
        for (name, value) in entries {
            map.insert(name, value);
        }
        map
    }
}
