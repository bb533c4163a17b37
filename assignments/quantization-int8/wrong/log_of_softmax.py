# loses = ["perplexity", "kl"]
# why = "the detour over probabilities, which underflow to zero"

# %% perplexity-solution
def perplexity(logits, ids):
    log_p = torch.softmax(logits[:-1], dim=-1).log()
    return (-log_p.gather(1, ids[1:, None]).mean()).exp().item()


# %% kl-solution
def kl_divergence(logits_p, logits_q):
    p, q = torch.softmax(logits_p, dim=-1), torch.softmax(logits_q, dim=-1)
    return (p * (p.log() - q.log())).sum(dim=-1).mean().item()
