using MLOps.Inference.Sources;

namespace MLOps.Inference.Tests.Sources;

public sealed class ModelReferenceTests
{
    [Theory]
    [InlineData("models:/m/3", 3, null, null)]
    [InlineData("models:/m/production", null, "Production", null)]
    [InlineData("models:/m@champion", null, null, "champion")]
    [InlineData("models:/m/LATEST", null, null, "latest")]
    public void Parse_EveryForm_IsUnderstood(string uri, int? version, string? stage, string? alias)
    {
        var reference = ModelReference.Parse(uri);
        Assert.Equal(new ModelReference("m", version, stage, alias), reference);
        Assert.Equal(uri, reference.ToString(), ignoreCase: true);
    }

    [Theory]
    [InlineData("models:/m")]
    [InlineData("models:/m/")]
    [InlineData("models:/m@")]
    [InlineData("models:/m/NoStage")]
    [InlineData("file:///etc/passwd")]
    public void Parse_OtherForms_AreRefused(string uri) =>
        Assert.Equal(InferenceError.InvalidRequest, Assert.Throws<InferenceException>(() => ModelReference.Parse(uri)).Error);
}
