# loses = ["model-int8"]
# why = "the file holds the original weights as well, and is larger than before"

# %% model-solution
def quantize_linear_layers(model, bits=8):
    tensors = {}
    for name, module in model.named_modules():
        if isinstance(module, torch.nn.Linear) and name != "lm_head":
            codes, scale = absmax_quantize_rows(module.weight.detach(), bits)
            tensors[f"{name}.codes"] = codes
            tensors[f"{name}.scale"] = scale
            tensors[f"{name}.weight"] = module.weight.detach().clone()
    return tensors
