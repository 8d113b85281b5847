using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Inference;
using MLOps.Inference.Tabular;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Features.Pipelines;
using MLOps.Silo.Datasets;
using MLOps.Tracking;
using Orleans.Concurrency;

namespace MLOps.Silo.Features;

/// <summary>Applies the pipeline that lies in a version's folder, by the code that training used.</summary>
[GrainType("features"), StatelessWorker]
internal sealed class FeatureGrain(IArtifactResolver artifacts) : Grain, IFeatureGrain
{
    /// <summary>Pipelines that are kept: a version's never changes.</summary>
    private const int MaximumKept = 100;

    private readonly ConcurrentDictionary<string, FittedFeaturePipeline> _pipelines = new(StringComparer.Ordinal);

    public async Task<FeatureRows> ComputeAsync(string location, Immutable<byte[]> rows)
    {
        if (rows.Value.Length > IFeatureGrain.MaximumBytes)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"The rows have {rows.Value.Length} bytes: expected at most {IFeatureGrain.MaximumBytes}.");
        }

        var pipeline = await PipelineAsync(location);
        try
        {
            return await Task.Run(() => ComputeAsync(pipeline, rows.Value));
        }
        catch (Exception exception) when (exception is InferenceException or ModelTrainingException)
        {
            // Not as inner exception: their libraries know no Orleans, so their exceptions cannot leave the silo.
            throw new MLOpsException(ProblemCode.InvalidArgument, exception.Message);
        }
    }

    private static async Task<FeatureRows> ComputeAsync(FittedFeaturePipeline pipeline, byte[] rows)
    {
        using var content = new MemoryStream(rows, writable: false);
        await using var table = await TableReader.OpenAsync(content);
        var data = pipeline.Apply(await TrainingTable.ReadAsync(table, pipeline.Declared.Features.SelectMany(step => step.Reads).ToHashSet(), CancellationToken.None));
        double[][] columns = [.. pipeline.Features.Select(feature => data.Numbers(feature.Name))];
        var values = new double[data.Count * columns.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = columns[i % columns.Length][i / columns.Length];
        }

        return new FeatureRows(
            [.. pipeline.Features.Select(feature => feature.Name)],
            data.Times?.Select(time => time.ToString("O", CultureInfo.InvariantCulture)).ToArray(),
            MemoryMarshal.AsBytes<double>(values).ToArray(),
            pipeline.Lookback);
    }

    private async Task<FittedFeaturePipeline> PipelineAsync(string location)
    {
        if (_pipelines.TryGetValue(location, out var known))
        {
            return known;
        }

        var folder = artifacts.Resolve(location);
        using var file = new MemoryStream();
        try
        {
            await using var stored = await folder.Store.OpenReadAsync(folder.Combine(FittedFeaturePipeline.FileName));
            await stored.CopyToAsync(file);
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.NotFound)
        {
            throw new MLOpsException(ProblemCode.InvalidState, $"The version has no {FittedFeaturePipeline.FileName}: it was not trained through a feature pipeline, and takes what its signature says.");
        }

        if (_pipelines.Count >= MaximumKept)
        {
            _pipelines.Clear();
        }

        return _pipelines[location] = FittedFeaturePipeline.Read(file.ToArray());
    }
}
