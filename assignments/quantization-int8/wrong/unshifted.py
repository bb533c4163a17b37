# loses = ["perplexity"]
# why = "the logits of a position judge the token that is already there"

# %% perplexity-solution
def perplexity(logits, ids):
    log_p = torch.log_softmax(logits.double(), dim=-1)
    return (-log_p.gather(1, ids[:, None]).mean()).exp().item()
