# loses = ["labels"]
# why = "the template's marks do the work, which most templates do not have"

# %% labels-solution
def build_example(messages):
    rendered = tokenizer.apply_chat_template(
        messages, return_dict=True, return_assistant_tokens_mask=True
    )
    ids, mask = rendered["input_ids"], rendered["assistant_masks"]
    labels = [token if wrote else -100 for token, wrote in zip(ids, mask, strict=True)]
    return {"input_ids": ids, "labels": labels}
