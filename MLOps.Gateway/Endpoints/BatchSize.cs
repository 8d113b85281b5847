using MLOps.Contracts.Endpoints;
using MLOps.Inference.Tensors;

namespace MLOps.Gateway.Endpoints;

/// <summary>How many rows a request asks about.</summary>
internal static class BatchSize
{
    /// <summary>The first dimension, where the model leaves that of every input open; else 1.</summary>
    public static long Of(IReadOnlyList<Tensor> inputs, ModelSignature signature)
    {
        for (var i = 0; i < signature.Inputs.Count; i++)
        {
            if (signature.Inputs[i].Shape is not [-1, ..])
            {
                return 1;
            }
        }

        return inputs is [{ Shape: [var rows, ..] }, ..] ? rows : 1;
    }
}
