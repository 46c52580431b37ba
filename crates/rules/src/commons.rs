//! What rules find out about a whole root, once for all of its resources and rules.

use std::any::Any;
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap as HashMap;
use trilith_graph::RootId;

type Known = HashMap<(RootId, &'static str), Arc<dyn Any + Send + Sync>>;

/// Answers about roots, by the question. What an answer is made of must be the graph alone, so
/// that it is the same whichever resource asks first, on whichever thread.
#[derive(Debug, Default)]
pub(crate) struct Commons {
    known: Mutex<Known>,
}

impl Commons {
    /// The answer to a question about a root; found out when it is asked for the first time.
    pub(crate) fn answer<T: Send + Sync + 'static>(
        &self,
        root: RootId,
        question: &'static str,
        find_out: impl FnOnce() -> T,
    ) -> Arc<T> {
        let key = (root, question);
        let known = self.lock().get(&key).cloned();
        if let Some(answer) = known.and_then(|known| known.downcast().ok()) {
            return answer;
        }
        // Not under the lock: finding out may ask further questions. Two threads may find the
        // same answer.
        let answer = Arc::new(find_out());
        self.lock().insert(key, answer.clone());
        answer
    }

    /// A thread that panicked left nothing half done in it.
    fn lock(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_answered_once_for_each_root() {
        let commons = Commons::default();
        let mut asked = 0;
        for root in [RootId(0), RootId(1), RootId(0)] {
            let answer = commons.answer(root, "which", || {
                asked += 1;
                root.0
            });
            assert_eq!(*answer, root.0);
        }
        assert_eq!(asked, 2);
    }

    #[test]
    fn questions_inside_questions_are_answered() {
        let commons = Commons::default();
        let ask = |question| commons.answer(RootId(0), question, || 1);
        assert_eq!(*commons.answer(RootId(0), "sum", || *ask("a") + *ask("b")), 2);
    }
}
