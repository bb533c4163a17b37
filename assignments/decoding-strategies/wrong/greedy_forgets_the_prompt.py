# loses = ["greedy"]
# why = "hands only the last token to the model"

# %% greedy-solution
def greedy(next_logits, start, steps, end):
    tokens, last = [], start[-1]
    for _ in range(steps):
        last = int(next_logits([[last]])[0].argmax())
        tokens.append(last)
        if last == end:
            break
    return tokens
