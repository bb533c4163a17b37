# loses = ["labels", "adapter"]
# why = "labels moved by one, and the model moves them once more"

# %% labels-solution
def build_example(messages):
    ids = tokenizer.apply_chat_template(messages)["input_ids"]
    labels = [-100] * len(ids)
    for k, message in enumerate(messages):
        if message["role"] == "assistant":
            header = tokenizer.apply_chat_template(messages[:k], add_generation_prompt=True)
            start = len(header["input_ids"])
            stop = ids.index(END, start) + 1
            labels[start:stop] = ids[start:stop]
    return {"input_ids": ids, "labels": labels[1:] + [-100]}
