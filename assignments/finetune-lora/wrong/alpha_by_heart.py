# loses = ["merged"]
# why = "the alpha of one's own adapter instead of the configuration's"

# %% merged-solution
def merge_adapter(weights, tensors, config):
    merged = dict(weights)
    for name, weight in weights.items():
        key = f"base_model.model.{name}.lora_"
        if f"{key}A.weight" in tensors:
            merged[name] = lora_merge(
                weight, tensors[f"{key}A.weight"], tensors[f"{key}B.weight"], 32
            )
    return merged
