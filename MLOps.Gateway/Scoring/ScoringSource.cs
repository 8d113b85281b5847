using MLOps.Contracts.Endpoints;
using MLOps.Gateway.Endpoints;
using MLOps.Gateway.Features;
using MLOps.Inference;
using MLOps.Inference.Tensors;

namespace MLOps.Gateway.Scoring;

/// <summary>A scoring body, of which each variant's inputs are made by its own version's signature or pipeline.</summary>
/// <param name="endpoint">Its name.</param>
/// <param name="type">Of the body, by <see cref="ScoringBody.TypeOf"/>.</param>
/// <param name="body">The whole of it.</param>
/// <param name="read">The body, read; null: it is read when it is needed.</param>
/// <param name="isStep">Whether it is a step of a sequence: those are the caller's own tensors, never raw rows.</param>
/// <param name="rows">Makes inputs of raw rows.</param>
internal sealed class ScoringSource(string endpoint, string type, ReadOnlyMemory<byte> body, ScoringBody? read, bool isStep, RawRows rows) : InputSource
{
    public override long Bytes => body.Length;

    public override bool IsAlike(VariantState one, VariantState other) =>
        !AreRows(read, one) && !AreRows(read, other) && SignatureInputs.AreAlike(one.Signature!, other.Signature!);

    public override async ValueTask<MadeInputs> MakeAsync(VariantState variant, CancellationToken cancellationToken)
    {
        if (read is not null)
        {
            return await MakeAsync(read, variant, cancellationToken);
        }

        await using var own = await ScoringBody.ReadAsync(type, body, cancellationToken);
        return await MakeAsync(own, variant, cancellationToken);
    }

    public override async ValueTask<bool> FitsAsync(VariantState variant, CancellationToken cancellationToken)
    {
        try
        {
            if (!AreRows(read, variant))
            {
                await MakeAsync(variant, cancellationToken);
            }

            return true;
        }
        catch (InferenceException)
        {
            return false;
        }
    }

    public override InputSource Copy() => new ScoringSource(endpoint, type, body.ToArray(), null, isStep, rows);

    private async Task<MadeInputs> MakeAsync(ScoringBody scoring, VariantState variant, CancellationToken cancellationToken) => AreRows(scoring, variant)
        ? await rows.InputsAsync(endpoint, variant, await scoring.RowsAsync(cancellationToken), cancellationToken)
        : new MadeInputs(await TensorsAsync(scoring, variant, cancellationToken));

    private static async Task<IReadOnlyList<Tensor>> TensorsAsync(ScoringBody scoring, VariantState variant, CancellationToken cancellationToken)
    {
        var signature = variant.Signature!;
        if (!RawRows.AreNotTakenBy(signature, scoring.Columns))
        {
            return await scoring.TensorsAsync(signature, cancellationToken);
        }

        try
        {
            var tensors = await scoring.TensorsAsync(signature, cancellationToken);
            SchemaField[] inputs = [.. signature.Inputs.Select(input => new SchemaField(input.Name, input.Datatype, true, input.Shape))];
            foreach (var tensor in tensors)
            {
                SchemaTensors.Check(inputs, tensor.Name, tensor.Shape);
            }

            return tensors;
        }
        catch (InferenceException refused) when (refused.Error == InferenceError.InvalidRequest)
        {
            // Who sends bars to a model of portfolios or of books learns little from which column did not fit which tensor.
            throw new InferenceException(refused.Error, $"{refused.Message} {RawRows.Refusal(variant)}", refused);
        }
    }

    /// <param name="scoring">Null: it is not read, so rows may be what it has.</param>
    private bool AreRows(ScoringBody? scoring, VariantState variant) =>
        !isStep && variant.Signature!.Rows is not null && (scoring is null || RawRows.AreTakenBy(variant.Signature, scoring.Columns));
}
