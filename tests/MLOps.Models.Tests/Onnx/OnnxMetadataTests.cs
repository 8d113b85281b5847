using MLOps.Models.Catalog;
using MLOps.Models.Onnx;
using MLOps.Models.Tests.Evaluation;

namespace MLOps.Models.Tests.Onnx;

public sealed class OnnxMetadataTests
{
    [Fact]
    public void Add_RunId_IsReadBesideTheFilesOwnMetadataAndTheGraphAnswersAsBefore()
    {
        var definition = new ModelCatalog().Find("har-rv")!;
        var trained = definition.Train(new TrainingRequest(CatalogueRows.Of("har-rv"), null, CatalogueRows.Parameters(definition)), new RecordingObserver(), CancellationToken.None);
        var file = trained.Files.Single(file => file.Path == "model.onnx").Content;

        using var before = new OnnxRunner(file);
        using var after = new OnnxRunner(OnnxMetadata.Add(file, new Dictionary<string, string> { [OnnxMetadata.RunId] = "5d1f0c9e7b8a4d3c2e1f0a9b8c7d6e5f", ["other"] = "é" }));

        Assert.Equal("5d1f0c9e7b8a4d3c2e1f0a9b8c7d6e5f", after.Metadata["run_id"]);
        Assert.Equal("é", after.Metadata["other"]);
        Assert.All(before.Metadata, entry => Assert.Equal(entry.Value, after.Metadata[entry.Key]));
        double[] month = [.. Enumerable.Range(1, 22).Select(day => (double)day)];
        Assert.Equal(
            before.Run<double>([("rv", month, [1, 22])], ["rv_next"])[0],
            after.Run<double>([("rv", month, [1, 22])], ["rv_next"])[0]);
    }
}
