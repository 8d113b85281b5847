using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Silo.Endpoints;

namespace MLOps.Silo.Tests.Endpoints;

public sealed class ModelUriTests
{
    [Fact]
    public void Parse_EveryForm_IsUnderstood()
    {
        Assert.Equal(new ModelUri("m", 3, null, null), ModelUri.Parse("models:/m/3"));
        Assert.Equal(new ModelUri("m", null, ModelStage.Production, null), ModelUri.Parse("models:/m/production"));
        Assert.Equal(new ModelUri("m", null, null, "champion"), ModelUri.Parse("models:/m@champion"));
        Assert.Equal(new ModelUri("m", null, null, "latest"), ModelUri.Parse("models:/m/latest"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("models:/")]
    [InlineData("models:/m")]
    [InlineData("models:/m/")]
    [InlineData("models:/m@")]
    [InlineData("models:/m/-1")]
    [InlineData("models:/m/NoStage")]
    [InlineData("file:///etc/passwd")]
    public void Parse_OtherForms_AreRefused(string uri) =>
        Assert.Equal(ProblemCode.InvalidArgument, Assert.Throws<MLOpsException>(() => ModelUri.Parse(uri)).Code);
}
