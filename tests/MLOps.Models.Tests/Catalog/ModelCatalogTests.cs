using MLOps.Models.Catalog;
using MLOps.Testing;

namespace MLOps.Models.Tests.Catalog;

public sealed class ModelCatalogTests
{
    [Fact]
    public void Definitions_EveryModel_HasDefaultsThatPassItsOwnValidation() =>
        Assert.All(new ModelCatalog().Definitions, definition =>
            Assert.Equal(
                definition.HyperParameters.Count,
                HyperParameterValues.Parse(definition.HyperParameters, new Dictionary<string, string>()).AsText.Count));

    /// <summary>The catalogue's whole promise, by id: a model that is renamed or lost breaks versions, policies and clients' calls.</summary>
    [Fact]
    public void Definitions_AreTheThirtyThatAreDocumented()
    {
        var ids = new ModelCatalog().Definitions.Select(definition => definition.Id).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(30, ids.Length);
        var cards = Directory.GetFiles(RepositoryRoot.Combine("docs", "models"), "*.md").Select(Path.GetFileNameWithoutExtension).Where(name => name != "README").Order(StringComparer.Ordinal);
        Assert.Equal(cards, ids);
    }

    /// <summary>Names of columns and lists of levels cannot be ranges; all else draws its own form.</summary>
    [Fact]
    public void HyperParameters_OfEveryModel_HaveARangeOrChoices()
    {
        string[] free = ["column", "columns", "x_column", "y_column", "levels"];
        Assert.All(new ModelCatalog().Definitions.SelectMany(definition => definition.HyperParameters.Select(parameter => (definition.Id, Parameter: parameter))), each =>
        {
            var parameter = each.Parameter;
            Assert.NotEmpty(parameter.Description);
            if (parameter.Type == HyperParameterType.Text)
            {
                Assert.True(parameter.Choices.Count > 0 || free.Contains(parameter.Name), $"{each.Id}: {parameter.Name} is free text");
                return;
            }

            Assert.True(parameter.Minimum < parameter.Maximum, $"{each.Id}: {parameter.Name} has no range");
        });
    }

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
