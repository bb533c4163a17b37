# loses = ["greedy"]
# why = "goes on after the end token until the steps are used up"

# %% greedy-solution
def greedy(next_logits, start, steps, end):
    tokens = []
    for _ in range(steps):
        tokens.append(int(next_logits([start + tokens])[0].argmax()))
    return tokens
