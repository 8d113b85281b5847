using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;
using MLOps.Inference.Mlflow;
using MLOps.Silo.Endpoints;

namespace MLOps.Silo.Tests.Endpoints;

public sealed class MLmodelTests
{
    [Theory]
    [InlineData("signature:\n  inputs: '[{\"type\": \"double\",\n    \"name\": \"it''s\"}]'\n  outputs: '[]'\n", "[{\"type\": \"double\", \"name\": \"it's\"}]")]
    [InlineData("signature:\n  inputs: \"[{\\\"type\\\": \\\"double\\\",\\\n    \\ \\\"name\\\": \\\"\\u00e9\\\"}]\"\n", "[{\"type\": \"double\", \"name\": \"é\"}]")]
    [InlineData("signature:\n  inputs: null\n  outputs: '[]'\n", null)]
    [InlineData("flavors:\n  onnx:\n    data: model.onnx\n", null)]
    public void SignatureInputs_AsMlflowWritesIt_IsJson(string yaml, string? expected) => Assert.Equal(expected, MLmodel.SignatureInputs(yaml));

    [Fact]
    public void OnnxFile_BesideASignature_IsFound() =>
        Assert.Equal("weights/model.onnx", MLmodel.OnnxFile("artifact_path: m\nflavors:\n  python_function:\n    data: other\n  onnx:\n    data: weights/model.onnx\nsignature:\n  inputs: '[]'\n"));

    [Fact]
    public void Parse_ColumnsAndTensors_SaysNameTypeRequiredAndShape()
    {
        var fields = SignatureSchema.Parse("""[{"type":"long","name":"a"},{"type":"double","name":"b","required":false},{"type":"string","optional":true},{"type":"array","items":{"type":"long"},"name":"c"},{"name":"x","type":"tensor","tensor-spec":{"dtype":"float32","shape":[-1,3]}}]""");
        Assert.Equal([("a", "long", true), ("b", "double", false), (null, "string", false), ("c", "array", true), ("x", "float32", true)], fields.Select(field => (field.Name, field.Type, field.Required)));
        Assert.Equal([-1, 3], fields[4].Shape!);
        Assert.Null(fields[0].Shape);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("[{}]")]
    [InlineData("""[{"type":"tensor","tensor-spec":{"dtype":"float32","shape":"all"}}]""")]
    public void Parse_AnythingElse_IsRefused(string json) =>
        Assert.Equal(ProblemCode.InvalidArgument, Assert.Throws<MLOpsException>(() => SignatureSchema.Parse(json)).Code);
}
