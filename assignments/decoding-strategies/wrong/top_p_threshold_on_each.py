# loses = ["top-p", "sample"]
# why = "keeps tokens by their own probability, as min-p does, not by the sum"

# %% top-p-solution
def keep_top_p(logits, p):
    if p >= 1:
        return logits.clone()
    probabilities = torch.softmax(logits, dim=-1)
    least = (1 - p) * probabilities.amax(dim=-1, keepdim=True)
    return logits.masked_fill(probabilities < least, -math.inf)
