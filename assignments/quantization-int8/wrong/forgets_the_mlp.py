# loses = ["model-int8"]
# why = "only the layers of the attention"

# %% model-solution
def quantize_linear_layers(model, bits=8):
    tensors = {}
    for name, module in model.named_modules():
        if isinstance(module, torch.nn.Linear) and "attn" in name:
            codes, scale = absmax_quantize_rows(module.weight.detach(), bits)
            tensors[f"{name}.codes"] = codes
            tensors[f"{name}.scale"] = scale
    return tensors
