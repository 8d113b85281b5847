using MLOps.Models.Catalog;

namespace MLOps.Models.Tests.Catalog;

public sealed class HyperParameterValuesTests
{
    private static readonly HyperParameter[] Declared =
    [
        new("epochs", HyperParameterType.WholeNumber, "10", 1, 500, [], "Passes."),
        new("rate", HyperParameterType.RealNumber, "0.5", 0, null, [], "Step."),
        new("kind", HyperParameterType.Text, "a", null, null, ["a", "b"], "Kind."),
    ];

    [Fact]
    public void Parse_NothingGiven_TakesEveryDefault()
    {
        var values = HyperParameterValues.Parse(Declared, new Dictionary<string, string>());

        Assert.Equal(10, values.WholeNumber("epochs"));
        Assert.Equal(0.5, values.RealNumber("rate"));
        Assert.Equal("a", values.Text("kind"));
        Assert.Equal(["epochs", "kind", "rate"], values.AsText.Keys);
    }

    [Theory]
    [InlineData("epochs", "0", "'epochs' is '0' but must be a whole number from 1 to 500")]
    [InlineData("epochs", "501", "from 1 to 500")]
    [InlineData("epochs", "1.5", "must be a whole number")]
    [InlineData("epochs", "", "'epochs' is ''")]
    [InlineData("epochs", "99999999999", "from 1 to 500")]
    [InlineData("rate", "-0.1", "must be a number of at least 0")]
    [InlineData("rate", "NaN", "must be a number of at least 0")]
    [InlineData("rate", "∞", "must be a number of at least 0")]
    [InlineData("rate", "1,5", "must be a number of at least 0")]
    [InlineData("kind", "c", "must be one of a, b")]
    [InlineData("Epochs", "5", "'Epochs' is unknown; this model has epochs, rate, kind")]
    public void Parse_ValueThatDoesNotFit_NamesParameterValueAndRange(string name, string value, string message)
    {
        var exception = Assert.Throws<ModelTrainingException>(() => HyperParameterValues.Parse(Declared, new Dictionary<string, string> { [name] = value }));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_SeveralFaults_ListsThemAll()
    {
        var exception = Assert.Throws<ModelTrainingException>(() => HyperParameterValues.Parse(
            Declared, new Dictionary<string, string> { ["epochs"] = "x", ["kind"] = "c", ["z"] = "1" }));
        Assert.Contains("'epochs'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("'kind'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("'z'", exception.Message, StringComparison.Ordinal);
    }
}
