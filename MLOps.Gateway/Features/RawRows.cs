using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Endpoints;
using MLOps.Inference.Codecs;
using Orleans.Concurrency;

namespace MLOps.Gateway.Features;

/// <summary>Inputs of raw rows, made by the pipeline of the version that they are for.</summary>
internal sealed class RawRows(IGrainFactory grains, ServingMetrics metrics, TimeProvider time)
{
    /// <summary>Whether the columns are the raw rows of a version, and neither its inputs nor the features that its pipeline makes.</summary>
    public static bool AreTakenBy(ModelSignature signature, IReadOnlyList<string> columns) =>
        signature.Rows is { } rows
        && rows.Reads.All(columns.Contains)
        && (rows.Makes.Count == 0 || !rows.Makes.All(columns.Contains))
        && NameNoInput(signature, columns);

    /// <summary>Whether the columns may be raw rows of a version that makes nothing of such: none is an input of its, or a column of its signature.</summary>
    public static bool AreNotTakenBy(ModelSignature signature, IReadOnlyList<string> columns) =>
        signature.Rows is null
        && columns.Count > 0
        && NameNoInput(signature, columns);

    /// <summary>What such a version wants, for whoever sent it rows.</summary>
    public static string Refusal(VariantState variant) =>
        $"Version {variant.ModelVersion} of '{variant.ModelName}' makes no inputs of raw rows: it takes {string.Join(", ", variant.Signature!.Inputs.Select(input => $"'{input.Name}' {input.Datatype} [{string.Join(", ", input.Shape)}]"))}. "
        + "Of a model that was trained here the description in GET /api/v1/models/catalog says what they are made of.";

    /// <param name="rows">A file: CSV, Parquet or JSON lines. The caller's memory, which may go when the wait is given up.</param>
    /// <exception cref="MLOpsException">InvalidArgument: the rows do not fit the version or are too few. TooLarge: they are too many bytes.</exception>
    public async Task<MadeInputs> InputsAsync(string endpoint, VariantState variant, ReadOnlyMemory<byte> rows, CancellationToken cancellationToken)
    {
        if (rows.Length > IFeatureGrain.MaximumBytes)
        {
            throw new MLOpsException(ProblemCode.TooLarge, $"The rows have {rows.Length} bytes: at most {IFeatureGrain.MaximumBytes} are taken as raw rows. Send the newest, or ask in pieces that overlap by the history that a prediction needs.");
        }

        var begun = time.GetTimestamp();
        var inputs = await grains.GetGrain<IFeatureGrain>(0).InputsAsync(variant.Source, new Immutable<byte[]>(rows.ToArray())).WaitAsync(cancellationToken);
        metrics.MadeOfRows(endpoint, time.GetElapsedTime(begun));
        return new MadeInputs(TensorMessageCodec.Decode(inputs.Tensors).Tensors, RequestPart.Newest, inputs.IsSequence, inputs.Times);
    }

    private static bool NameNoInput(ModelSignature signature, IReadOnlyList<string> columns) =>
        !signature.Inputs.Any(input => columns.Contains(input.Name)) && SchemaField.Columns(signature.Schema) is null;
}
