using MLOps.Models.Catalog;

namespace MLOps.Models.Tests.Catalog;

public sealed class ModelCatalogTests
{
    [Fact]
    public void Definitions_EveryModel_HasDefaultsThatPassItsOwnValidation() =>
        Assert.All(new ModelCatalog().Definitions, definition =>
            Assert.Equal(
                definition.HyperParameters.Count,
                HyperParameterValues.Parse(definition.HyperParameters, new Dictionary<string, string>()).AsText.Count));

    [Fact]
    public void Find_UnknownId_IsNull() => Assert.Null(new ModelCatalog().Find("GARCH"));

    [Fact]
    public void Constructor_TwoModelsWithOneId_Refuses()
    {
        var garch = new ModelCatalog().Find("garch")!;
        var exception = Assert.Throws<ArgumentException>(() => new ModelCatalog([garch, garch]));
        Assert.Contains("'garch'", exception.Message, StringComparison.Ordinal);
    }
}
