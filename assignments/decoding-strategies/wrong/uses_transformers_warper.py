# loses = ["top-k"]
# why = "has the library filter"

# %% top-k-solution
from transformers import TopKLogitsWarper


def keep_top_k(logits, k):
    return TopKLogitsWarper(k)(None, logits)
