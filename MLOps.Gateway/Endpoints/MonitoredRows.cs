using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Monitoring;
using MLOps.Inference.Tensors;

namespace MLOps.Gateway.Endpoints;

/// <summary>The monitored elements of a request, one observation a batch row.</summary>
internal static class MonitoredRows
{
    /// <param name="unreadable">Rows left out: over the maximum, or without one of the elements.</param>
    public static ObservedInput[] Read(IReadOnlyList<MonitoredElement> monitored, ModelSignature signature, PredictionRequest request, int maxRows, out int unreadable)
    {
        var sources = new (Tensor Tensor, long RowLength, int Index)[monitored.Count];
        var rows = long.MaxValue;
        for (var i = 0; i < sources.Length; i++)
        {
            var tensor = request.Inputs.FirstOrDefault(input => input.Name == monitored[i].Input);
            if (tensor is null)
            {
                unreadable = 1;
                return [];
            }

            var count = Rows(tensor, signature);
            sources[i] = (tensor, count == 0 ? 0 : tensor.Count / count, Place(monitored[i], signature));
            rows = Math.Min(rows, count);
        }

        var first = request.Part == RequestPart.Newest ? Math.Max(0, rows - 1) : 0;
        var taken = (int)Math.Min(rows - first, maxRows);
        unreadable = (int)Math.Min(int.MaxValue, rows - first - taken);
        var observations = new List<ObservedInput>(taken);
        for (var row = first; row < first + taken; row++)
        {
            var values = new double[sources.Length];
            var complete = true;
            for (var i = 0; complete && i < sources.Length; i++)
            {
                var (tensor, length, index) = sources[i];
                complete = index < length && TensorNumbers.TryRead(tensor, (row * length) + index, out values[i]);
            }

            if (complete)
            {
                observations.Add(new ObservedInput(request.EventTime, values, request.Replay));
            }
            else
            {
                unreadable++;
            }
        }

        return [.. observations];
    }

    /// <summary>The element is known by its place in the version whose profile it is from; another version may have that column elsewhere.</summary>
    private static int Place(MonitoredElement element, ModelSignature signature)
    {
        if (signature.Inputs.Count != 1 || SchemaField.Columns(signature.Schema) is not { } columns || (element.Index < columns.Count && columns[element.Index].Name == element.Feature))
        {
            return element.Index;
        }

        for (var i = 0; i < columns.Count; i++)
        {
            if (columns[i].Name == element.Feature)
            {
                return i;
            }
        }

        return element.Index;
    }

    /// <summary>The first dimension is the batch, except in a vector whose length the model fixes: that is one row.</summary>
    private static long Rows(Tensor tensor, ModelSignature signature) => tensor.Shape switch
    {
        [] => 1,
        [var only] => signature.Inputs.First(input => input.Name == tensor.Name).Shape is [-1] ? only : Math.Min(1, only),
        [var batch, ..] => tensor.Count == 0 ? 0 : batch,
    };
}
