//! One sort for most of what is put in order.
//!
//! The standard sorts are compiled again for every type that they order, several kilobytes
//! each of the page's download. With a cached key they order pairs of key and place, then
//! move the items; so with a `u64` for every key there is one of them.

/// Puts `items` into the order of their numbers, lowest first; equals keep their order.
pub fn sort_by_number<T>(items: &mut [T], number: impl Fn(&T) -> u64) {
    items.sort_by_cached_key(number);
}
