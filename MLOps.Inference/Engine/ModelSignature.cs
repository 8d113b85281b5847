using Microsoft.ML.OnnxRuntime;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Engine;

/// <summary>A model's inputs and outputs, read off its session.</summary>
internal static class ModelSignature
{
    /// <exception cref="InferenceException">InvalidModel: something else than a tensor of the protocol's datatypes.</exception>
    public static TensorMetadata Describe(string name, NodeMetadata node, string role)
    {
        if (node.OnnxValueType != OnnxValueType.ONNX_TYPE_TENSOR || !TensorDatatypes.TryFrom(node.ElementDataType, out var datatype))
        {
            throw new InferenceException(
                InferenceError.InvalidModel,
                $"The model's {role} '{name}' is {node.OnnxValueType} of {(node.OnnxValueType == OnnxValueType.ONNX_TYPE_TENSOR ? node.ElementDataType.ToString() : "other values")}: only tensors of the Open Inference Protocol's datatypes can be served.");
        }

        return new TensorMetadata(name, datatype, [.. node.Dimensions.Select(dimension => dimension < 0 ? -1L : dimension)]);
    }
}
