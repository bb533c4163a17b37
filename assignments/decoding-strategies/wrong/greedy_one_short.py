# loses = ["greedy"]
# why = "makes one step less than asked"

# %% greedy-solution
def greedy(next_logits, start, steps, end):
    tokens = [int(next_logits([start])[0].argmax())]
    while len(tokens) + 1 < steps and tokens[-1] != end:
        tokens.append(int(next_logits([start + tokens])[0].argmax()))
    return tokens
