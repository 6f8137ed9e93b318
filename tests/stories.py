"""Articles for tests of sources, about places and people that do not exist: an original, and what may be made of it."""

ORIGINAL = """The harbour wall at Larkmoor will be rebuilt over two summers after the town council voted nine to four on Tuesday for the dearer of two plans.

Engineers had told the councillors that the old wall, laid in 1911, had lost a third of its footing since the storms of last February. Patching it would have cost 2.1 million crowns; the new one will cost 5.8 million.

"We can pay once or we can pay every spring," said Ines Halvard, who chairs the works committee. Her deputy, Tom Abery, voted against and said that the fish market would lose its parking for 14 months.

Work starts on 3 May. Boats under six metres will be moved to the north basin, and the ferry to Skerrin Island will leave from the coal pier until the autumn of next year.

The trawler owners, who employ 230 people in Larkmoor, had asked for a guarantee that the ice house stays open throughout. The council promised to keep the quay in front of it clear, but refused to put that in writing."""

REWRITE = """Larkmoor is to get a new harbour wall. By nine votes to four, councillors on Tuesday picked the more expensive of two proposals, and the rebuilding will stretch over a pair of summers.

The existing wall dates from 1911. According to engineers, it has lost one third of its footing since storms hit in February of last year. Repairs would have come to 2.1 million crowns, compared with 5.8 million for replacing it.

Ines Halvard, chair of the works committee, told the meeting: "We can pay once or we can pay every spring." Tom Abery, her deputy, was among those who voted no. The fish market, he argued, would be without parking for 14 months.

Builders move in on 3 May. Until autumn next year, the Skerrin Island ferry sails from the coal pier, while boats shorter than six metres go to the north basin.

Trawler owners, with 230 employees in Larkmoor, wanted a guarantee that the ice house would remain open. Councillors said the quay before it would be kept clear, yet declined to write that down."""

SAME_EVENT = """A row over money split the council chamber in Larkmoor this week before members finally backed a costly scheme for the seafront.

Residents had packed the public gallery, some holding placards about the fish market. "Nobody asked the people who live here," said Petra Lowe, a retired teacher from Gull Street, as she left the building after two hours of debate.

The mayor, Sven Ordal, called it the hardest decision of his term. He pointed to the ministry's letter of January, which warned that insurance for the whole waterfront might lapse unless something was done before winter.

Opposition members now want a referendum. They need 1,200 signatures by the end of June, and a stall was already standing outside the library on Wednesday morning."""

UNRELATED = """Beekeepers in the Tessel valley have brought in their smallest harvest for eleven years, blaming a cold spring and a mite that reached the upper farms in March.

Hanna Dorrit, who keeps 60 hives near Oberlin, said that she filled nine jars where she would usually fill forty. "The lime trees flowered for four days and it rained on three of them," she said.

The growers' union has asked for help with new queens. A spokesman for the farm ministry said that applications would be read in October.

Prices in the market at Brede rose by a fifth in a month, and two bakeries have taken honey cake off the shelves until the new year."""
