using System.Text.Json;
using MLOps.Models.Features.Sentiment;

namespace MLOps.Models.Tests.Sentiment;

public sealed class SentimentReferenceTests
{
    public static TheoryData<string> Texts => new(Rows().Select(row => row.GetProperty("text").GetString()!));

    [Theory]
    [MemberData(nameof(Texts))]
    public void Score_TheReferencesSentence_GivesItsScores(string text)
    {
        var row = Rows().Single(row => row.GetProperty("text").GetString() == text);
        var expected = row.GetProperty("vader");
        var score = VaderSentiment.Score(text).Rounded();

        Assert.Equal(Number("neg"), score.Negative);
        Assert.Equal(Number("neu"), score.Neutral);
        Assert.Equal(Number("pos"), score.Positive);
        Assert.Equal(Number("compound"), score.Compound);
        Assert.Equal(row.GetProperty("afinn_fin_sum").GetDouble(), LexiconCounts.Sum(text, SentimentLexicon.Market));
        Assert.Equal(row.GetProperty("tokens").GetInt32(), SentimentTokenizer.Words(text).Count);

        double Number(string name) => expected.GetProperty(name).GetDouble();
    }

    [Fact]
    public void Score_PublishedExamples_GiveTheirCompounds()
    {
        var published = TestSeries.Reference("sentiment-reference.json", "meta").GetProperty("published_python_vader");
        foreach (var example in published.EnumerateObject())
        {
            Assert.Equal(example.Value.GetProperty("compound").GetDouble(), VaderSentiment.Score(example.Name).Rounded().Compound);
        }
    }

    /// <summary>Examples and rules of the paper, by what they must do to the score.</summary>
    [Fact]
    public void Score_RulesOfGrammar_MoveTheScoreAsThePaperSays()
    {
        Assert.True(Compound("The food is extremely good") > Compound("The food is good"));
        Assert.True(Compound("The food is somewhat good") < Compound("The food is good"));
        Assert.True(Compound("The food is not good") < 0);
        Assert.True(Compound("The food is great, but the service is horrible") < Compound("The service is horrible, but the food is great"));
        Assert.True(Compound("It was never so good") > Compound("It was good"));
        Assert.True(Compound("The food is kind of good here") < Compound("The food is all very good here"));
        Assert.True(Compound("The least good of them") < 0);
        Assert.Equal(Compound("Good food"), Compound("a Good food , -"));
        Assert.Equal(default, VaderSentiment.Score(" \t "));
        Assert.Equal(0, Compound("The meeting is on Tuesday"));
        Assert.True(Compound("I like it :)") > Compound("I like it"));

        static double Compound(string text) => VaderSentiment.Score(text).Compound;
    }

    [Fact]
    public void Score_AnyText_SharesSumToOne()
    {
        foreach (var text in new[] { "great", "GREAT bad", "Sales fell!!! Why??? WHY????", "ab cd" })
        {
            var score = VaderSentiment.Score(text);
            Assert.Equal(1, score.Negative + score.Neutral + score.Positive, 1e-12);
            Assert.InRange(score.Compound, -1, 1);
        }
    }

    /// <summary>To a model of social media a profit warning is good news; the market lexicon knows better.</summary>
    [Fact]
    public void Sum_AProfitWarning_IsBadNewsToTheMarketLexiconOnly()
    {
        const string headline = "Profit warning sends stock plunging";
        Assert.True(VaderSentiment.Score(headline).Compound > 0);
        Assert.Equal(-5, LexiconCounts.Sum(headline, SentimentLexicon.Market));
    }

    [Fact]
    public void Of_NegatedAndRepeatedWords_CountsThem()
    {
        var lexicon = SentimentLexicon.Of("two", ["good", "sell-off"], [3, -1]);
        Assert.Equal([2, 1], LexiconCounts.Of("Good, GOOD! A sell-off.", lexicon));
        Assert.Equal([-0.74, 0], LexiconCounts.Of("It isn't very good", lexicon));
        Assert.Equal([1, 0], LexiconCounts.Of("It isn't what we had hoped for, good", lexicon));
        Assert.Throws<ArgumentException>(() => SentimentLexicon.Of("bad", ["one"], []));
    }

    private static JsonElement[] Rows() => [.. TestSeries.Reference("sentiment-reference.json", "rows").EnumerateArray()];
}
