using MLOps.Contracts.Endpoints;
using MLOps.Gateway.Endpoints;
using MLOps.Inference;
using MLOps.Inference.Codecs;
using MLOps.Inference.Engine;
using MLOps.Inference.Tensors;

namespace MLOps.Gateway.OpenInference;

/// <summary>A body that is nothing but the data of the model's one input, whose name, datatype and shape only the signature of the variant that answers says.</summary>
internal sealed class RawBodySource(ReadOnlyMemory<byte> body) : InputSource
{
    public override long Bytes => body.Length;

    public override bool IsAlike(VariantState one, VariantState other) => SignatureInputs.AreAlike(one.Signature!, other.Signature!);

    public override ValueTask<MadeInputs> MakeAsync(VariantState variant, CancellationToken cancellationToken) => ValueTask.FromResult(new MadeInputs([Tensor(variant)]));

    public override ValueTask<bool> FitsAsync(VariantState variant, CancellationToken cancellationToken)
    {
        try
        {
            Tensor(variant);
            return ValueTask.FromResult(true);
        }
        catch (InferenceException)
        {
            return ValueTask.FromResult(false);
        }
    }

    public override InputSource Copy() => new RawBodySource(body.ToArray());

    private Tensor Tensor(VariantState variant) => OipRequestCodec.RawInput(
        body,
        [.. variant.Signature!.Inputs.Select(input => new TensorMetadata(input.Name, TensorDatatypes.Parse(input.Datatype), input.Shape))]);
}
