# loses = ["greedy"]
# why = "has the library write where the model is concerned"

# %% greedy-solution
def greedy(next_logits, start, steps, end):
    if next_logits is model_logits:
        ids = torch.tensor([start], device=DEVICE)
        options = {"max_new_tokens": steps, "do_sample": False, "eos_token_id": end}
        written = model.generate(ids, attention_mask=torch.ones_like(ids), **options)
        return written[0, len(start) :].tolist()
    tokens = []
    while len(tokens) < steps and end not in tokens:
        tokens.append(int(next_logits([start + tokens])[0].argmax()))
    return tokens
