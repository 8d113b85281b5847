using MLOps.Inference.Tensors;

namespace MLOps.Inference.Engine;

/// <summary>A model's first run, on zeros, with 1 for every open dimension.</summary>
internal static class WarmUp
{
    private const long MaxBytes = 64L << 20;

    /// <returns>Why the run was left out, or why it failed although the model may be good; null: it ran.</returns>
    /// <exception cref="InferenceException">InvalidModel: it fails, and no other shape could do better.</exception>
    public static string? Run(LoadedModel model)
    {
        var inputs = model.Metadata.Inputs;
        var tensors = new List<Tensor>(inputs.Count);
        long total = 0;
        foreach (var input in inputs)
        {
            long[] shape = [.. input.Shape.Select(dimension => dimension < 0 ? 1 : dimension)];
            var size = TensorShape.Count(shape, input.Name);

            // Zeros are empty strings too: a length of 0 and no bytes.
            var elementSize = input.Datatype == TensorDatatype.Bytes ? sizeof(uint) : input.Datatype.Size();
            if (size > (MaxBytes - total) / elementSize)
            {
                return $"Its inputs are over {MaxBytes >> 20} MiB.";
            }

            total += size * elementSize;
            tensors.Add(new Tensor(input.Name, input.Datatype, shape, new byte[size * elementSize]));
        }

        try
        {
            model.Run(tensors, null).Dispose();
            return null;
        }
        catch (InferenceException exception) when (inputs.Any(input => input.Shape.Contains(-1)))
        {
            // Ones for the open dimensions were a guess: that the model refuses them does not make it a bad model.
            return exception.Message;
        }
        catch (InferenceException exception)
        {
            throw new InferenceException(InferenceError.InvalidModel, $"The model loads but does not run: {exception.Message}", exception);
        }
    }
}
