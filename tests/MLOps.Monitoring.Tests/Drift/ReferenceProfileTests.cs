using System.Text.Json.Nodes;
using MLOps.Monitoring.Drift;

namespace MLOps.Monitoring.Tests.Drift;

public class ReferenceProfileTests
{
    [Fact]
    public void Json_RoundTrip_KeepsEveryBit()
    {
        var again = ReferenceProfile.Parse(Sp500.Profile.ToJson());

        Assert.Equal(Sp500.Profile.Threshold, again.Threshold);
        Assert.Equal(Sp500.Profile.TrainingStart, again.TrainingStart);
        Assert.Equal(Sp500.Profile.Features[4].Values, again.Features[4].Values);
    }

    [Fact]
    public void Json_Names_AreSnakeCase()
    {
        var json = JsonNode.Parse(Sp500.Profile.ToJson())!.AsObject();

        Assert.Equal(
            ["version", "features", "window", "block_length", "quantile", "threshold", "blocks", "training_start", "training_end", "method"],
            json.Select(property => property.Key));
        Assert.Equal(["name", "input", "index", "values"], json["features"]![0]!.AsObject().Select(property => property.Key));
    }

    [Theory]
    [InlineData("version", "2", "version 2")]
    [InlineData("window", "\"week\"", "window 'week'")]
    [InlineData("features", "[]", "no features")]
    [InlineData("threshold", "-1", "threshold -1")]
    [InlineData("features", "null", "cannot be read")]
    public void Parse_BadMember_SaysWhichAndWhatIsExpected(string member, string value, string said)
    {
        var json = JsonNode.Parse(Sp500.Profile.ToJson())!.AsObject();
        json[member] = JsonNode.Parse(value);

        Assert.Contains(said, Assert.Throws<FormatException>(() => ReferenceProfile.Parse(json.ToJsonString())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_NotJson_IsAFormatError() => Assert.Throws<FormatException>(() => ReferenceProfile.Parse("threshold: 3"));
}
