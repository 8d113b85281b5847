using System.Runtime.InteropServices;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Inference;
using MLOps.Inference.Codecs;
using MLOps.Inference.Tabular;
using MLOps.Inference.Tensors;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Features.Pipelines;
using MLOps.Silo.Datasets;
using Orleans.Concurrency;

namespace MLOps.Silo.Features;

/// <summary>Makes features and inputs by the files that lie in a version's folder and the code that training used.</summary>
[GrainType("features"), StatelessWorker]
internal sealed class FeatureGrain(RowModels models, FeaturePipelines pipelines) : Grain, IFeatureGrain
{
    public Task<FeatureRows> ComputeAsync(string location, Immutable<byte[]> rows) => GuardedAsync(rows, async () =>
    {
        var pipeline = await pipelines.GetAsync(location, CancellationToken.None);
        return await Task.Run(() => ComputeAsync(pipeline, rows.Value));
    });

    public Task<RowInputs> InputsAsync(string location, Immutable<byte[]> rows) => GuardedAsync(rows, async () =>
    {
        var model = await models.FindAsync(location, CancellationToken.None)
            ?? throw new MLOpsException(ProblemCode.InvalidState, "The version's inputs cannot be made of rows: it was not trained here, or is asked for more than rows. Send its inputs as its signature says.");
        return await Task.Run(() => InputsAsync(model, rows.Value));
    });

    private static async Task<T> GuardedAsync<T>(Immutable<byte[]> rows, Func<Task<T>> compute)
    {
        if (rows.Value.Length > IFeatureGrain.MaximumBytes)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"The rows have {rows.Value.Length} bytes: expected at most {IFeatureGrain.MaximumBytes}.");
        }

        try
        {
            return await compute();
        }
        catch (Exception exception) when (exception is InferenceException or ModelTrainingException)
        {
            // Not as inner exception: their libraries know no Orleans, so their exceptions cannot leave the silo.
            throw new MLOpsException(ProblemCode.InvalidArgument, exception.Message);
        }
    }

    private static async Task<FeatureRows> ComputeAsync(FittedFeaturePipeline pipeline, byte[] rows)
    {
        var data = pipeline.Apply(await ReadAsync(rows, pipeline.ReadsNumbers));
        DataColumn[] columns = [.. data.Columns.Where(column => column.Numbers is not null)];
        var values = new double[data.Count * columns.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = columns[i % columns.Length].Numbers![i / columns.Length];
        }

        // In arrays, because the list types that collection expressions make cannot be serialized.
        return new FeatureRows(
            columns.Select(column => column.Name).ToArray(),
            Times(data, Enumerable.Range(0, data.Count)),
            MemoryMarshal.AsBytes<double>(values).ToArray(),
            pipeline.Lookback);
    }

    private static async Task<RowInputs> InputsAsync(RowServing model, byte[] rows)
    {
        var data = await ReadAsync(rows, model.Numbers);
        var served = model.Inputs(data);
        Tensor[] tensors =
        [
            .. served.Inputs.Select(input => new Tensor(
                input.Name,
                input.ElementType == "float32" ? TensorDatatype.Fp32 : TensorDatatype.Fp64,
                [.. input.Shape],
                input.Content)),
        ];
        return new RowInputs(TensorMessageCodec.Encode(tensors), Times(data, served.Rows), served.Rows.Count, served.IsSequence);
    }

    private static async Task<TrainingData> ReadAsync(byte[] rows, IReadOnlyList<string> numbers)
    {
        using var content = new MemoryStream(rows, writable: false);
        await using var table = await TableReader.OpenAsync(content);
        return await TrainingTable.ReadAsync(table, numbers.ToHashSet(StringComparer.Ordinal), CancellationToken.None);
    }

    private static string[]? Times(TrainingData data, IEnumerable<int> rows) => data.Times is { } times ? [.. rows.Select(row => TimeText.Exactly(times[row]))] : null;
}
