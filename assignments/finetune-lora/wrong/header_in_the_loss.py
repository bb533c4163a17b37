# loses = ["labels"]
# why = "the header of the answer is learned, though it is given; no effect shows it"

# %% labels-solution
def build_example(messages):
    ids = tokenizer.apply_chat_template(messages)["input_ids"]
    labels = [-100] * len(ids)
    for k, message in enumerate(messages):
        if message["role"] == "assistant":
            header = tokenizer.apply_chat_template(messages[:k])
            start = len(header["input_ids"])
            stop = ids.index(END, start) + 1
            labels[start:stop] = ids[start:stop]
    return {"input_ids": ids, "labels": labels}
