using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Endpoints;
using MLOps.Inference.Codecs;
using Orleans.Concurrency;

namespace MLOps.Gateway.Features;

/// <summary>Predictions of raw rows: the variant that answers is chosen first, and its own version's pipeline makes the inputs.</summary>
internal sealed class RowInference(RoutingTable routes, EndpointInvoker invoker, IGrainFactory grains, ServingMetrics metrics, TimeProvider time)
{
    /// <summary>A rollout may pass between the inputs and the answer, but not many in a row.</summary>
    private const int MostAttempts = 5;

    /// <summary>Whether the columns are the raw rows of a version, and neither its inputs nor the features that its pipeline makes.</summary>
    public static bool Takes(ModelSignature signature, IReadOnlyList<string> columns) =>
        signature.Rows is { } rows
        && rows.Reads.All(columns.Contains)
        && (rows.Makes.Count == 0 || !rows.Makes.All(columns.Contains))
        && !signature.Inputs.Any(input => columns.Contains(input.Name))
        && SchemaField.Columns(signature.Schema) is null;

    /// <param name="request">Without inputs.</param>
    /// <param name="first">Whom the rows were found to fit.</param>
    /// <param name="rows">A file: CSV, Parquet or JSON lines.</param>
    /// <exception cref="MLOpsException">InvalidArgument: the rows do not fit the version or are too few. And as <see cref="EndpointInvoker.InferAsync"/>.</exception>
    public async Task<RowPrediction> InferAsync(string endpoint, PredictionRequest request, RouteTarget first, ReadOnlyMemory<byte> rows, CancellationToken cancellationToken)
    {
        if (rows.Length > IFeatureGrain.MaximumBytes)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"The rows have {rows.Length} bytes: at most {IFeatureGrain.MaximumBytes} are taken as raw rows. Send the newest, or ask in pieces that overlap by the history that a prediction needs.");
        }

        var file = new Immutable<byte[]>(rows.ToArray());
        var target = first;
        for (var attempt = 1; ; attempt++)
        {
            var variant = target.Variant;
            var begun = time.GetTimestamp();
            var inputs = await grains.GetGrain<IFeatureGrain>(0).InputsAsync(variant.Source, file);
            metrics.MadeOfRows(endpoint, time.GetElapsedTime(begun));
            var content = TensorMessageCodec.Decode(inputs.Tensors);
            try
            {
                var prediction = await invoker.InferAsync(
                    endpoint,
                    request with { Inputs = content.Tensors, Variant = variant, Rows = rows, Part = RequestPart.Newest, AreSteps = inputs.IsSequence },
                    cancellationToken);
                return new RowPrediction(prediction, inputs.Times);
            }
            catch (VariantChangedException) when (attempt < MostAttempts)
            {
                target = (await routes.RefreshAsync(endpoint)).Pick(request);
            }
            catch (VariantChangedException exception)
            {
                throw new MLOpsException(ProblemCode.Unavailable, $"Endpoint '{endpoint}' changed its versions {MostAttempts} times while inputs were made for them: retry.", exception);
            }
        }
    }
}
